import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { madeUpReport } from '../../test/support/evaluation-report.ts'
import { writeEvaluation } from './write-evaluation.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deeptaylor-evaluation-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the files of an evaluation', () => {
  it('are all written, and nothing else', async () => {
    const report = await madeUpReport({ inputs: 2, measures: 2, shown: 0 })
    const files = await writeEvaluation(join(folder, 'new/run'), report)
    const found = await readdir(join(folder, 'new/run'), { recursive: true })
    expect(found.filter(name => name !== 'plots').sort()).toEqual([...files].sort())
    expect([...files].sort()).toEqual([
      ...['curves.csv', 'plots/insertion.insertion.svg', 'plots/insertion.svg'],
      ...['plots/pixel-flipping.least_relevant_first.svg', 'plots/pixel-flipping.most_relevant_first.svg'],
      ...['plots/pixel-flipping.svg', 'report.html', 'report.json', 'summary.csv', 'values.csv'],
    ])
    expect(JSON.parse(await readFile(join(folder, 'new/run/report.json'), 'utf8'))).toEqual(report)
  })

  it('replace those of an earlier run', async () => {
    await writeEvaluation(folder, await madeUpReport({ inputs: 2, measures: 1, shown: 0 }))
    const before = await readFile(join(folder, 'report.html'), 'utf8')
    await writeEvaluation(folder, await madeUpReport({ inputs: 3, measures: 1, shown: 0 }))
    expect(await readFile(join(folder, 'report.html'), 'utf8')).not.toBe(before)
  })

  it('say in one line where they cannot be written', async () => {
    await writeFile(join(folder, 'plots'), '')
    await expect(
      writeEvaluation(folder, await madeUpReport({ inputs: 2, measures: 1, shown: 0 })),
    ).rejects.toMatchObject({
      code: 'output-unwritable',
    })
  })
})
