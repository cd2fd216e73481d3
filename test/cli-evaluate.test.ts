/** `deeptaylor evaluate` as a user meets it: data of every kind, faults in them, and runs that are stopped. Runs the built program. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { floatTensor } from '../src/core/0-graph/tensor.ts'
import { encodeModel } from '../src/core/1-codec/encode.ts'
import type { EvaluationReport } from '../src/evaluate/report.ts'
import { encodeNpy } from '../src/inputs/npy.ts'
import { modelOf, node } from './support/models.ts'
import { program, programIn } from './support/program.ts'

const root = join(import.meta.dirname, '..')
const scenes = join(root, 'examples/scenes')
const model = join(scenes, 'scenes.onnx')
const folder = mkdtempSync(join(tmpdir(), 'deeptaylor-evaluate-'))
const at = (...parts: string[]) => join(folder, ...parts)
/** Measures that need nothing of the model but the explanation, so that tests are quick. */
const quick = ['--measures', 'complexity,axioms', '--shown', '0', '--audited', '0']

const evaluate = programIn(folder, 'evaluate')

const reportIn = (out: string): EvaluationReport => JSON.parse(readFileSync(at(out, 'report.json'), 'utf8'))

beforeAll(() => {
  for (const name of ['star-1', 'star-2', 'ring-1']) {
    mkdirSync(at('labelled', name.split('-')[0] as string), { recursive: true })
    cpSync(join(scenes, 'pictures', `${name}.png`), at('labelled', name.split('-')[0] as string, `${name}.png`))
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('data', () => {
  it('is a folder of pictures, labelled by its sub-folders; masks are found by path or name', async () => {
    const methods = ['--method', 'deep-taylor,gradient-x-input']
    const masks = ['--masks', join(scenes, 'masks'), '--measures', 'localisation,axioms']
    const { code, stdout, stderr } = await evaluate(model, 'labelled', ...methods, ...masks, '--out', 'labels')
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(stdout).toMatch(/relevance-mass-accuracy +│ higher │ +\* 0\.\d+/)
    const report = reportIn('labels')
    expect(report.inputs.map(({ id, label, target }) => [id, label, target.label])).toEqual([
      ['ring/ring-1.png', 'ring', 'ring'],
      ['star/star-1.png', 'star', 'star'],
      ['star/star-2.png', 'star', 'star'],
    ])
    expect(report.inputs.every(({ hasTruth }) => hasTruth)).toBe(true)
    expect(Object.keys(report.inputs[0]?.shown ?? {})).toEqual(['deep-taylor', 'gradient-x-input', 'input'])
    expect(report.audits).toMatchObject([{ method: 'deep-taylor', samples: 3, passes: true }])
    expect(readdirSync(at('labels'))).toEqual(expect.arrayContaining(['report.html', 'report.json', 'values.csv']))
    expect(stderr).toContain(
      'not applicable: conservation, consistency (3 of 6 explanations): the method promises no sum',
    )
  })

  it('takes labels from a table, and targets as asked', async () => {
    writeFileSync(at('labels.csv'), 'file,label\nstar-1.png,ring\nstar/star-2.png,3\n')
    const shared = [model, 'labelled', ...quick, '--out', 'targets']
    expect(await evaluate(...shared, '--labels-csv', 'labels.csv')).toMatchObject({ code: 0 })
    expect(reportIn('targets').inputs.map(({ label, target }) => [label, target.label])).toEqual([
      [null, 'ring'],
      ['ring', 'ring'],
      ['3', 'star'],
    ])
    expect(await evaluate(...shared, '--target', 'circle')).toMatchObject({ code: 0 })
    expect(reportIn('targets').inputs.map(({ target }) => target.index)).toEqual([0, 0, 0])
    expect(await evaluate(...shared, '--labels-csv', 'labels.csv', '--target', 'label')).toMatchObject({
      code: 1,
      stderr: 'deeptaylor: target label: ring/ring-1.png has no label\n',
    })
  })

  it('is an array of samples, or an archive with classes and masks', async () => {
    const data = Float32Array.from({ length: 2 * 3 * 64 * 64 }, (_, i) => Math.sin(i))
    const x = encodeNpy({ dims: [2, 3, 64, 64], data })
    const mask = new Float32Array(2 * 64 * 64).fill(1, 0, 2000)
    mask.fill(1, 5000, 6000)
    writeFileSync(at('batch.npy'), x)
    const y = new Uint8Array([...npyOfInts([2, 5])])
    const archive = { 'x.npy': x, 'y.npy': y, 'mask.npy': encodeNpy({ dims: [2, 64, 64], data: mask }) }
    writeFileSync(at('batch.npz'), zipSync({ ...archive, 'notes.txt': strToU8('nothing') }))
    writeFileSync(at('batch.csv'), 'file,label\nbatch.npy[1],ring\n')
    const labelled = ['--labels-csv', 'batch.csv', '--out', 'npy']
    expect(await evaluate(model, 'batch.npy', ...quick, ...labelled)).toMatchObject({ code: 0 })
    expect(reportIn('npy').inputs.map(({ id, label }) => [id, label])).toEqual([
      ['batch.npy[0]', null],
      ['batch.npy[1]', 'ring'],
    ])
    expect(await evaluate(model, 'batch.npz', ...quick, '--measures', 'localisation', '--out', 'npz')).toMatchObject({
      code: 0,
    })
    expect(reportIn('npz').inputs).toMatchObject([
      { id: 'batch.npz[0]', label: 'triangle', target: { index: 2 }, hasTruth: true },
      { id: 'batch.npz[1]', label: 'ring', target: { index: 5 }, hasTruth: true },
    ])
    writeFileSync(
      at('wrong.npz'),
      zipSync({ ...archive, 'mask.npy': encodeNpy({ dims: [2, 8, 8], data: mask.slice(0, 128) }) }),
    )
    expect(await evaluate(model, 'wrong.npz', ...quick, '--out', 'none')).toMatchObject({
      code: 1,
      stderr: 'deeptaylor: wrong.npz[0]: its ground truth has 64 places and the input 64 × 64\n',
    })
    expect(existsSync(at('none'))).toBe(false)
  })

  it('is a table, a sample a row, with a column of labels', async () => {
    const w = floatTensor([1, -1, 0.5, -0.5, 2, -2], [3, 2])
    const nodes = [node('Gemm', ['x', 'w'], 'y')]
    const parts = modelOf({ nodes, inputs: { x: ['n', 3] }, outputs: ['y'], constants: { w } })
    writeFileSync(at('table.onnx'), encodeModel(parts))
    writeFileSync(at('kinds.txt'), 'old\nyoung\n')
    writeFileSync(at('people.csv'), 'age,kind,height,weight\n0.5,old,1,2\n-1,young,0.2,-1\n')
    const args = ['table.onnx', 'people.csv', '--label-column', 'kind', '--labels', 'kinds.txt', '--box=-2,2']
    const all = await evaluate(...args, '--method', 'deep-taylor,gradient-x-input', '--out', 'table')
    expect(all).toMatchObject({ code: 0 })
    const { inputs, values } = reportIn('table')
    expect(inputs.map(({ id, label, target }) => [id, label, target.index])).toEqual([
      ['people.csv[0]', 'old', 0],
      ['people.csv[1]', 'young', 1],
    ])
    expect(inputs[0]?.shown?.['deep-taylor']).toMatchObject({ kind: 'svg' })
    const flipped = values.find(({ measure, method }) => measure === 'pixel-flipping' && method === 'gradient-x-input')
    expect(flipped?.value).toBeGreaterThan(0)
  })

  it('is a folder of texts', async () => {
    const reviews = join(root, 'examples/reviews')
    const args = [
      join(reviews, 'reviews.onnx'),
      join(reviews, 'texts'),
      '--measures',
      'complexity,faithfulness',
      '--replace-token',
      '0',
    ]
    const { code, stderr } = await evaluate(...args, '--limit', '2', '--samples', '5', '--out', 'texts')
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringContaining('not applicable') })
    const report = reportIn('texts')
    expect(report.inputs[0]).toMatchObject({ id: 'complaint-1.txt', shown: { 'deep-taylor': { kind: 'html' } } })
    expect(report.values.filter(({ value }) => value === null)).toEqual([])
  })
})

describe('faults', () => {
  it('in single pictures are named, skipped and counted', async () => {
    cpSync(at('labelled/star'), at('faulty'), { recursive: true })
    writeFileSync(at('faulty/a-broken.png'), readFileSync(at('faulty/star-1.png')).subarray(0, 900))
    writeFileSync(at('faulty/b-none.png'), 'no picture')
    const { code, stderr } = await evaluate(model, 'faulty', ...quick, '--out', 'skipped')
    expect(code).toBe(0)
    expect(stderr).toMatch(/a-broken\.png: not a readable picture: it is damaged/)
    expect(stderr).toMatch(/b-none\.png: not a readable picture: its content is of another kind/)
    expect(stderr).toMatch(/2 of 4 inputs were skipped/)
    const { skipped, inputs } = reportIn('skipped')
    expect(skipped.map(({ input, code }) => [input, code])).toEqual([
      ['a-broken.png', 'image-unreadable'],
      ['b-none.png', 'image-unreadable'],
    ])
    expect(inputs.map(({ id }) => id)).toEqual(['star-1.png', 'star-2.png'])
  })

  const line = async (...args: string[]) => {
    const { code, stdout, stderr } = await evaluate(...args, '--out', 'none')
    expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 1, stdout: '', lines: 2 })
    expect(existsSync(at('none'))).toBe(false)
    return stderr
  }

  it('of the whole set are one clear line', async () => {
    mkdirSync(at('empty'), { recursive: true })
    expect(await line(model, 'empty', ...quick)).toMatch(/empty: the folder holds no .*\.png/)
    cpSync(at('labelled'), at('mislabelled'), { recursive: true })
    cpSync(at('labelled/star'), at('mislabelled/starr'), { recursive: true })
    expect(await line(model, 'mislabelled', ...quick)).toMatch(
      /"starr": the model has no such label; near ones are "star"/,
    )
    mkdirSync(at('masks'), { recursive: true })
    await sharp(join(scenes, 'masks/star-2.png')).resize(32, 32).toFile(at('masks/star-2.png'))
    expect(await line(model, 'labelled', ...quick, '--masks', 'masks')).toMatch(
      /star-2\.png: the mask has 32 × 32 pixels and its picture 64 × 64/,
    )
    writeFileSync(at('boxes.csv'), 'file,x,y,width,height\nstar-1.png,60,10,10,10\n')
    expect(await line(model, 'labelled', ...quick, '--boxes', 'boxes.csv')).toMatch(/is not within its 64 × 64 pixels/)
    writeFileSync(at('others.csv'), 'file,label\nmoon.png,star\n')
    expect(await line(model, 'labelled', ...quick, '--labels-csv', 'others.csv')).toMatch(
      /it speaks of none of the data/,
    )
    expect(await line(model, 'faulty/b-none.png', ...quick)).toMatch(
      /^deeptaylor: faulty.b-none\.png: not a readable picture/,
    )
    expect(await line(model, 'labelled', '--measures', 'beauty')).toMatch(
      /measure "beauty": there is none; there are pixel/,
    )
  })

  it('in usage end with 2', async () => {
    expect(await evaluate(model, 'labelled', '--steps', 'many')).toMatchObject({ code: 2 })
  })
})

describe('a run that is stopped', () => {
  /** Long enough to be stopped half-way. */
  const args = [
    model,
    join(scenes, 'pictures'),
    '--method',
    'deep-taylor,gradient',
    '--measures',
    'pixel-flipping',
    '--shown',
    '2',
  ]
  const steps = ['--steps', '60']

  const start = (out: string) => spawn('node', [program, 'evaluate', ...args, ...steps, '--out', out], { cwd: folder })

  /** Waits until the first of two chunks is in the journal. */
  const firstChunk = async (out: string): Promise<void> => {
    const path = at(out, 'evaluation.journal')
    while (!existsSync(path) || readFileSync(path, 'utf8').split('\n').length < 3) {
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  }

  it('goes on after SIGKILL, and after half a line, to the very same report', async () => {
    const whole = evaluate(...args, ...steps, '--out', 'whole')
    const child = start('killed')
    await firstChunk('killed')
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(existsSync(at('killed/report.json'))).toBe(false)
    appendFileSync(at('killed/evaluation.journal'), '{"index":1,"inputs":[{"id":"st')
    expect(await evaluate(...args, ...steps, '--out', 'killed')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('an unfinished run lies there: go on with --resume, or delete'),
    })
    expect(await evaluate(...args, '--steps', '50', '--out', 'killed', '--resume')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the run in killed is another one: it differs in measures'),
    })
    const resumed = await evaluate(...args, ...steps, '--out', 'killed', '--resume')
    expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining('going on after 8 of 10 inputs') })
    expect(await whole).toMatchObject({ code: 0 })
    expect(readFileSync(at('killed/report.json')).equals(readFileSync(at('whole/report.json')))).toBe(true)
    // A finished run is not done again, and does not stand in the way of a new one.
    expect(await evaluate(...args, ...steps, '--out', 'killed', '--resume')).toMatchObject({ code: 0 })
    expect(await evaluate(model, 'labelled', ...quick, '--out', 'killed')).toMatchObject({ code: 0 })
  })

  it('by Ctrl+C ends with 130, and says how it goes on', async () => {
    const child = start('interrupted')
    let said = ''
    child.stderr.on('data', text => {
      said += text
    })
    await firstChunk('interrupted')
    child.kill('SIGINT')
    const [code] = await once(child, 'close')
    expect(code).toBe(130)
    expect(said).toContain('stopped after 8 of 10 inputs: the same command with --resume goes on')
    expect(await evaluate(...args, ...steps, '--out', 'interrupted', '--resume')).toMatchObject({ code: 0 })
    expect(readFileSync(at('interrupted/report.json')).equals(readFileSync(at('whole/report.json')))).toBe(true)
  })
})

/** A vector of int64 as NumPy writes it. */
function npyOfInts(values: readonly number[]): Uint8Array {
  const header = `{'descr': '<i8', 'fortran_order': False, 'shape': (${values.length},), }`.padEnd(117)
  const bytes = new Uint8Array(10 + 118 + values.length * 8)
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0])
  bytes.set(strToU8(`${header}\n`), 10)
  bytes.set(new Uint8Array(BigInt64Array.from(values, BigInt).buffer), 128)
  return bytes
}
