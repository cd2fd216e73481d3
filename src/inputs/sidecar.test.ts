import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readLabels, readPreprocessing, readSidecar } from './sidecar.ts'

const root = mkdtempSync(join(tmpdir(), 'deeptaylor-sidecar-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let count = 0
/** A folder with the given files. */
function folderOf(files: Readonly<Record<string, unknown>>): string {
  const folder = join(root, String(count++))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  mkdirSync(folder, { recursive: true })
  return folder
}

const preprocessor = { size: 64, image_mean: [0.5], image_std: [0.5] }
const config = { id2label: { 0: 'cat', 1: 'dog' } }
const timm = { label_names: ['cat'], pretrained_cfg: { input_size: [3, 32, 32], mean: [0, 0, 0], std: [1, 1, 1] } }

describe('readSidecar', () => {
  it('reads what lies beside the model', async () => {
    const folder = folderOf({ 'preprocessor_config.json': preprocessor, 'config.json': config })
    const { preprocessing, labels } = await readSidecar(join(folder, 'model.onnx'))
    expect(preprocessing).toMatchObject({
      name: join(folder, 'preprocessor_config.json'),
      resize: { width: 64, height: 64 },
    })
    expect(labels).toEqual(['cat', 'dog'])
  })

  it("reads beside a folder named onnx, as Hugging Face's repositories are laid out", async () => {
    const folder = folderOf({ 'preprocessor_config.json': preprocessor, 'config.json': config, 'onnx/empty': '' })
    expect(await readSidecar(join(folder, 'onnx/model.onnx'))).toMatchObject({ labels: ['cat', 'dog'] })
    mkdirSync(join(folder, 'other'))
    expect(await readSidecar(join(folder, 'other/model.onnx'))).toEqual({ preprocessing: undefined, labels: undefined })
  })

  it("reads timm's config.json, byte order mark and all", async () => {
    const folder = folderOf({ 'config.json': `\uFEFF${JSON.stringify(timm)}` })
    const { preprocessing, labels } = await readSidecar(join(folder, 'model.onnx'))
    expect(preprocessing).toMatchObject({ crop: { width: 32, height: 32 }, scale: 1 / 255 })
    expect(labels).toEqual(['cat'])
  })

  it('finds nothing where nothing is, or where it is about something else', async () => {
    const nothing = { preprocessing: undefined, labels: undefined }
    expect(await readSidecar(join(folderOf({}), 'model.onnx'))).toEqual(nothing)
    const speech = { 'preprocessor_config.json': { sampling_rate: 16_000, do_normalize: true }, 'config.json': {} }
    expect(await readSidecar(join(folderOf(speech), 'model.onnx'))).toEqual(nothing)
  })

  it('refuses what is broken', async () => {
    const read = (files: Readonly<Record<string, unknown>>) => readSidecar(join(folderOf(files), 'model.onnx'))
    await expect(read({ 'config.json': '{' })).rejects.toThrow(/config\.json: it is not valid JSON/)
    await expect(read({ 'config.json': { id2label: 3 } })).rejects.toThrow(/"id2label"/)
    await expect(read({ 'preprocessor_config.json': { size: 'x' } })).rejects.toThrow(/"size"/)
    const folder = folderOf({ 'config.json': '' })
    truncateSync(join(folder, 'config.json'), 17 * 1024 * 1024)
    await expect(readSidecar(join(folder, 'model.onnx'))).rejects.toThrow(/larger than any configuration file/)
  })
})

describe('files by name', () => {
  const folder = folderOf({ 'p.json': preprocessor, 'timm.json': timm, 'labels.txt': 'cat\ndog\n' })

  it('are read', async () => {
    expect(await readPreprocessing('unit')).toMatchObject({ name: 'unit' })
    expect(await readPreprocessing(join(folder, 'p.json'))).toMatchObject({ mean: [0.5] })
    expect(await readPreprocessing(join(folder, 'timm.json'))).toMatchObject({ mean: [0, 0, 0] })
    expect(await readLabels(join(folder, 'labels.txt'))).toEqual(['cat', 'dog'])
  })

  it('or their absence is said', async () => {
    await expect(readPreprocessing('units')).rejects.toThrow(/choose imagenet/)
    await expect(readPreprocessing(join(folder, 'q.json'))).rejects.toThrow(/q\.json: there is no such file/)
    await expect(readLabels(folder)).rejects.toThrow(/^\S+: /)
  })
})
