/** The command line as a user meets it: what it writes, what it says, and how it ends. Runs the built program. */

import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeModel } from '../src/core/1-codec/decode.ts'
import { encodeModel } from '../src/core/1-codec/encode.ts'
import { decodeNpy, encodeNpy, floatsOf } from '../src/inputs/npy.ts'
import { nodeRuntime } from '../src/runtime/node.ts'
import { externalModel } from './support/external-model.ts'
import { blackPng } from './support/png.ts'
import { programIn } from './support/program.ts'

const root = join(import.meta.dirname, '..')
const cases = join(root, 'test/conformance/cases')
const folder = mkdtempSync(join(tmpdir(), 'deeptaylor-'))
const at = (...parts: string[]) => join(folder, ...parts)

const deeptaylor = programIn(folder)

const lenet = join(cases, 'lenet/model.onnx')
const lenetInput = join(cases, 'lenet/input.npy')

beforeAll(async () => {
  const noise = Buffer.from(Uint8Array.from({ length: 64 * 48 * 3 }, (_, i) => (i * 7919) % 256))
  const picture = () => sharp(noise, { raw: { width: 64, height: 48, channels: 3 } })
  await picture().png().toFile(at('picture.png'))
  await picture().jpeg().toFile(at('picture.jpg'))
  await picture().webp().toFile(at('picture.webp'))
  writeFileSync(at('labels.txt'), 'zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n')
})

afterAll(() => {
  chmodSync(folder, 0o700)
  rmSync(folder, { recursive: true, force: true })
})

describe('explain', () => {
  it('writes heatmap, overlay, relevance and report for pictures of every kind', async () => {
    const result = await deeptaylor(
      'explain',
      lenet,
      'picture.png',
      'picture.jpg',
      'picture.webp',
      '--preprocess',
      'unit',
      '--labels',
      'labels.txt',
      '--out',
      'pictures',
    )
    expect(result).toMatchObject({ code: 0 })
    const files = readdirSync(at('pictures'))
    const names = ['picture', 'picture-2', 'picture-3']
    const kinds = ['heatmap.png', 'overlay.png', 'relevance.npy']
    expect(files.sort()).toEqual(
      ['report.json', ...names.flatMap(n => kinds.map(k => `${n}.deep-taylor.top.${k}`))].sort(),
    )
    const report = JSON.parse(readFileSync(at('pictures/report.json'), 'utf8'))
    expect(report).toMatchObject({ model: lenet, version: '0.1.0', preprocessing: 'unit' })
    for (const item of report.items) {
      expect(item).toMatchObject({ method: 'deep-taylor', asked: 'top' })
      expect(item.prediction[0].index).toBe(item.target.index)
      expect(item.target.label).toBe(readFileSync(at('labels.txt'), 'utf8').split('\n')[item.target.index])
      expect(item.conservationError).toBeLessThan(0.05)
      const relevance = floatsOf(decodeNpy(readFileSync(at('pictures', item.files.relevance)), 'r'), 'r')
      expect(relevance.dims).toEqual([1, 1, 28, 28])
      const sum = relevance.data.reduce((total, value) => total + value, 0)
      expect(sum).toBeCloseTo(item.relevanceSum, 3)
      const heatmap = await sharp(at('pictures', item.files.heatmap)).metadata()
      expect(heatmap.width).toBe(28 * 14)
    }
  })

  it('explains arrays in batches, each sample for its own top class, as --json says', async () => {
    const result = await deeptaylor('explain', lenet, lenetInput, '--box=-2,2', '--json', '--out', 'arrays')
    expect(result.code).toBe(0)
    const report = JSON.parse(result.stdout)
    expect(report.items.map((item: { sample: number }) => item.sample)).toEqual([0, 1])
    const ours = floatsOf(decodeNpy(readFileSync(at('arrays', report.items[0].files.relevance)), 'ours'), 'ours')
    const path = join(cases, 'lenet/dtd_box_proportional.npy')
    const reference = floatsOf(decodeNpy(readFileSync(path), path), path)
    expect(ours.dims).toEqual(reference.dims)
    reference.data.forEach((value, i) => {
      expect(ours.data[i]).toBeCloseTo(value, 4)
    })
    expect(report).toEqual(JSON.parse(readFileSync(at('arrays/report.json'), 'utf8')))
  })

  it('explains the three most probable classes, a class by index and one by label', async () => {
    const three = await deeptaylor(
      'explain',
      lenet,
      'picture.png',
      '--preprocess',
      'unit',
      '--target',
      'top3',
      '--json',
      '--out',
      'three',
    )
    const { items } = JSON.parse(three.stdout)
    expect(items.map((item: { asked: string }) => item.asked)).toEqual(['top1', 'top2', 'top3'])
    items.forEach((item: { prediction: { index: number }[]; target: { index: number } }, i: number) => {
      expect(item.target.index).toBe(item.prediction[i]?.index)
    })
    for (const target of ['7', 'SEVEN']) {
      const one = await deeptaylor(
        'explain',
        lenet,
        'picture.png',
        '--preprocess',
        'unit',
        '--labels',
        'labels.txt',
        '--target',
        target,
        '--json',
        '--out',
        'one',
      )
      expect(JSON.parse(one.stdout).items[0]).toMatchObject({ asked: target, target: { index: 7, label: 'seven' } })
      expect(existsSync(at(`one/picture.deep-taylor.${target}.heatmap.png`))).toBe(true)
    }
  })

  it('compares methods in one run, and says which lost what', async () => {
    const args = ['--box=-2,2', '--method', 'deep-taylor,epsilon-plus,alpha-beta', '--alpha', '3', '--beta', '2']
    const result = await deeptaylor('explain', lenet, lenetInput, ...args, '--json', '--out', 'methods')
    expect(result.code).toBe(0)
    const { items } = JSON.parse(result.stdout)
    const methods = items.map((item: { method: string }) => item.method)
    expect(methods).toEqual(['deep-taylor', 'deep-taylor', 'epsilon-plus', 'epsilon-plus', 'alpha-beta', 'alpha-beta'])
    expect(existsSync(at('methods/input.alpha-beta.top.relevance.npy'))).toBe(true)
    expect(items[0].warnings).toEqual([])
    expect(items[4].warnings[0]).toMatch(/than the logit: biases keep their share/)
  })

  it('explains contrasts, evidence against, hidden channels and layers, by rules per layer', async () => {
    writeFileSync(at('rules.json'), JSON.stringify([{ layers: { operator: 'Conv' }, rule: 'gamma:0.5' }]))
    const targets = ['--target', '3', '--target', 'not:4', '--target', '/3/Conv:2']
    const more = ['--layer', '/3/Conv', '--rules', 'rules.json', '--rule', 'position:first=flat']
    const args = ['--box=-2,2', ...targets, ...more, '--json', '--out', 'targets']
    const result = await deeptaylor('explain', lenet, lenetInput, ...args)
    expect(result.stderr).not.toMatch(/error|unexpected/)
    const { items } = JSON.parse(result.stdout)
    const first = items.filter((item: { sample: number }) => item.sample === 0)
    expect(first.map((item: { asked: string }) => item.asked)).toEqual(['3', 'not:4', '/3/Conv:2'])
    expect(first[1].target).toEqual({ index: 4, label: 'not 4' })
    expect(first[2].target).toEqual({ index: 2, label: '/3/Conv:2' })
    const file = 'input.deep-taylor.not_4._3_Conv.relevance.npy'
    expect(first[1].files.layers).toEqual({ '/3/Conv': file })
    expect(decodeNpy(readFileSync(at('targets', file)), 'layer').dims).toEqual([2, 16, 8, 8])
    const versus = await deeptaylor(
      'explain',
      lenet,
      lenetInput,
      '--box=-2,2',
      '--target',
      '3',
      '--versus',
      'top',
      '--json',
    )
    const [item] = JSON.parse(versus.stdout).items
    expect(item.target).toEqual({ index: 3, label: '3', versus: { index: 5, label: '5' } })
    expect(item.files.relevance).toBe('input.deep-taylor.3_versus_top.relevance.npy')
    expect(item.conservationError).toBeLessThan(1e-5)
  })

  it('explains tables: features as bars, in the terminal, as SVG and in the report', async () => {
    writeFileSync(
      at('flowers.csv'),
      `${Array.from({ length: 20 }, (_, i) => `feature ${i}`).join(',')}\n${Array.from({ length: 20 }, (_, i) => i / 20).join(',')}\n`,
    )
    const mlp = join(cases, 'mlp/model.onnx')
    const result = await deeptaylor('explain', mlp, 'flowers.csv', '--method', 'epsilon', '--out', 'table')
    expect(result.code).toBe(0)
    expect(result.stdout).toMatch(/feature \d+ +0\.\d+ +█+/)
    expect(result.stdout).toMatch(/baseline +-?\d/)
    const { items } = JSON.parse(readFileSync(at('table/report.json'), 'utf8'))
    expect(items[0].files).toEqual({
      bars: 'flowers.epsilon.top.bars.svg',
      relevance: 'flowers.epsilon.top.relevance.npy',
    })
    expect(items[0].features).toHaveLength(20)
    expect(items[0].features[3]).toMatchObject({ name: 'feature 3', value: Math.fround(0.15) })
    const sum = items[0].features.reduce((total: number, one: { relevance: number }) => total + one.relevance, 0)
    expect(sum).toBeCloseTo(items[0].relevanceSum, 5)
    expect(readFileSync(at('table/flowers.epsilon.top.bars.svg'), 'utf8')).toMatch(/^<svg /)
  })

  it('explains texts: words on a ground of their relevance', async () => {
    const reviews = join(root, 'examples/reviews')
    const result = await deeptaylor(
      'explain',
      join(reviews, 'reviews.onnx'),
      join(reviews, 'texts/praise-1.txt'),
      '--out',
      'texts',
    )
    expect(result.code).toBe(0)
    expect(result.stdout).toMatch(/praise \(top\) by deep-taylor/)
    expect(result.stdout).toMatch(/words +superb \d\.\d+ · perfect \d/)
    const { items } = JSON.parse(readFileSync(at('texts/report.json'), 'utf8'))
    expect(items[0].words.slice(0, 4).map(({ word }: { word: string }) => word)).toEqual([
      'the',
      'concert',
      'was',
      'perfect',
    ])
    expect(readFileSync(at('texts', items[0].files.words), 'utf8')).toMatch(/<mark style="background:rgb/)
    const long = await deeptaylor(
      'explain',
      join(reviews, 'reviews.onnx'),
      join(reviews, 'texts/complaint-1.txt'),
      '--json',
    )
    expect(long.stderr).toMatch(/has 24 places for words, and the last \d+ of the text are left out/)
    expect(JSON.parse(long.stdout).items[0].warnings[0]).toMatch(/are left out/)
  })

  it('says nothing of conservation where there is none', async () => {
    const run = async (...args: string[]) => {
      const result = await deeptaylor('explain', lenet, lenetInput, '--box=-2,2', '--json', ...args)
      return JSON.parse(result.stdout).items[0].conservationError
    }
    expect(await run('--method', 'gradient')).toBeNull()
    expect(await run('--through', '/3/Conv:1')).toBeNull()
  })

  it('says what it assumed where nothing says how pixels are read', async () => {
    const result = await deeptaylor('explain', lenet, 'picture.png', '--out', 'assumed')
    expect(result.stderr).toContain('assuming --preprocess unit')
    expect(JSON.parse(readFileSync(at('assumed/report.json'), 'utf8')).warnings[0]).toContain('unit')
  })

  it('reads what lies beside the model only where it is needed', async () => {
    mkdirSync(at('beside'))
    cpSync(lenet, at('beside/model.onnx'))
    writeFileSync(at('beside/preprocessor_config.json'), '{ broken')
    const explain = (...rest: string[]) =>
      deeptaylor('explain', at('beside/model.onnx'), ...rest, '--out', 'beside/out')
    expect(await explain('picture.png')).toMatchObject({ code: 1 })
    expect(await explain('picture.png', '--preprocess', 'unit')).toMatchObject({ code: 0 })
    const arrays = await explain(lenetInput)
    expect(arrays.code).toBe(0)
    expect(arrays.stderr).toMatch(/^deeptaylor: 36 of 64 biases are positive .*\n$/)
  })

  it('goes on after a bad input among good ones, and ends with 1', async () => {
    writeFileSync(at('bad.png'), 'not a picture')
    const result = await deeptaylor(
      'explain',
      lenet,
      'bad.png',
      'picture.png',
      '--preprocess',
      'unit',
      '--json',
      '--out',
      'some',
    )
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('bad.png')
    const report = JSON.parse(result.stdout)
    expect(report.items).toHaveLength(1)
    expect(report.failures).toMatchObject([{ input: 'bad.png', code: 'image-unreadable' }])
  })
})

describe('compile', () => {
  it.each(['top', 'input', '3'])('writes a model with target %s that runs like any other', async target => {
    const out = at(`explained-${target}.onnx`)
    const result = await deeptaylor('compile', lenet, '-o', out, '--target', target, '--box=-2,2', '--top', '3')
    expect(result).toMatchObject({ code: 0 })
    const model = await decodeModel(readFileSync(out))
    const rules = JSON.parse(model.metadata.get('deeptaylor.rules') as string)
    expect(rules[0]).toMatchObject({ operator: 'Conv', rule: 'zᴮ' })
    const session = await (await nodeRuntime()).open(readFileSync(out))
    const input = floatsOf(decodeNpy(readFileSync(lenetInput), 'x'), 'x')
    const feeds = { x: { dtype: 'float32', ...input } as const }
    const asked = { dtype: 'int64', dims: [1], data: BigInt64Array.of(-1n) } as const
    const outputs = await session.run(target === 'input' ? { ...feeds, target: asked } : feeds)
    expect(Object.keys(outputs)).toEqual([
      'y',
      'relevance',
      'explained_class',
      'explained_logit',
      'relevance_sum',
      'top_classes',
      'top_scores',
    ])
    expect(outputs.relevance?.dims).toEqual(input.dims)
    outputs.relevance_sum?.data.forEach((sum, i) => {
      const logit = Number(outputs.explained_logit?.data[i])
      expect(Math.abs(Number(sum) - logit)).toBeLessThan(1e-4 * Math.abs(logit))
    })
    if (target === '3') expect(Array.from(outputs.explained_class?.data ?? [], Number)).toEqual([3, 3])
    await session.close()
  })
})

describe('inspect', () => {
  it('prints layers, domains, rules, reasons, biases and a verdict', async () => {
    const { code, stdout } = await deeptaylor('inspect', lenet, '--box=-2,2')
    expect(code).toBe(0)
    for (const word of ['zᴮ', 'z⁺', 'proportional', 'input [-2, 2]', 'hidden ≥ 0', 'biases > 0', 'can be explained']) {
      expect(stdout).toContain(word)
    }
  })

  it('prints the same as JSON', async () => {
    const { stdout } = await deeptaylor('inspect', lenet, '--json')
    const report = JSON.parse(stdout)
    expect(report.layers[0]).toMatchObject({ opType: 'Conv', rule: 'zᴮ', biases: { total: 6 } })
    expect(report.biases.total).toBe(6 + 16 + 32 + 10)
  })
})

/** Every fault is one line on stderr and exit 1, and leaves nothing behind. */
describe('audit', () => {
  const scenes = join(root, 'examples/scenes')

  it('passes where biases are ≤ 0, as a gate', async () => {
    const result = await deeptaylor('audit', join(scenes, 'scenes.onnx'), join(scenes, 'pictures'))
    expect(result.stdout).toMatch(/✓ conservation.*\n✓ positivity.*\n✓ roots: every root point/)
    expect(result.stdout).toMatch(/conv1 +│ zᴮ +│/)
    expect(result.code).toBe(0)
  })

  it('fails where they are not, and says which layer and how much', async () => {
    const args = ['audit', join(cases, 'mobile/model.onnx'), join(cases, 'mobile/input.npy'), '--box=-2,2']
    const failed = await deeptaylor(...args)
    expect(failed.code).toBe(1)
    expect(failed.stdout).toMatch(
      /✗ roots: up to \d+ % of a layer's relevance \(\/.*\) passes neurons whose root point/,
    )
    const tolerant = await deeptaylor(...args, '--check', 'positivity')
    expect(tolerant.code).toBe(0)
    const json = await deeptaylor(...args, '--json', '--method', 'epsilon', '--target', '3', '--tolerance', '0.5')
    const report = JSON.parse(json.stdout)
    expect(report).toMatchObject({ source: 'model.onnx', method: 'epsilon', samples: 2, tolerance: 0.5 })
    expect(report.layers[0].lost.bias).not.toBe(0)
    expect(json.code).toBe(report.passes ? 0 : 1)
  })
})

describe('bad input', () => {
  const fault = async (args: string[], words: RegExp) => {
    const before = readdirSync(folder).sort()
    const result = await deeptaylor(...args)
    expect(result.code).toBe(1)
    expect(result.stdout).toBe('')
    const lines = result.stderr
      .trim()
      .split('\n')
      .filter(line => !line.includes('assuming --preprocess'))
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(words)
    expect(readdirSync(folder).sort()).toEqual(before)
  }
  const explain = (model: string, input: string, ...rest: string[]) => [
    'explain',
    model,
    input,
    '--out',
    'never',
    ...rest,
  ]

  it('a truncated model', async () => {
    writeFileSync(at('cut.onnx'), readFileSync(lenet).subarray(0, 5000))
    await fault(explain('cut.onnx', 'picture.png'), /cut\.onnx: not a (readable|valid) ONNX model/)
  })

  it('a text file named .onnx', async () => {
    writeFileSync(at('text.onnx'), 'This is no network, only words about one.\n'.repeat(20))
    await fault(explain('text.onnx', 'picture.png'), /text\.onnx: not a (readable|valid) ONNX model/)
  })

  it('an empty model and one that is not there', async () => {
    writeFileSync(at('empty.onnx'), '')
    await fault(explain('empty.onnx', 'picture.png'), /the file is empty/)
    await fault(explain('nowhere.onnx', 'picture.png'), /nowhere\.onnx.*there is no such file/)
  })

  it('unsupported operators, all named at once', async () => {
    const model = await decodeModel(readFileSync(lenet))
    const nodes = model.graph.nodes.map(node => (node.opType === 'Relu' ? { ...node, opType: 'Sin' } : node))
    writeFileSync(at('sin.onnx'), encodeModel({ ...model, graph: { ...model.graph, nodes } }))
    await fault(explain('sin.onnx', 'picture.png'), /these 3 nodes: Sin ".*Relu.*Sin ".*Sin "/)
    await fault(['inspect', 'sin.onnx'], /these 3 nodes/)
  })

  it('a picture of 30,000 × 30,000 pixels, a corrupt one, a text', async () => {
    writeFileSync(at('large.png'), blackPng(30_000, 30_000))
    await fault(explain(lenet, 'large.png'), /large\.png.*pixels/)
    rmSync(at('large.png'))
    writeFileSync(at('corrupt.jpg'), readFileSync(at('picture.jpg')).subarray(0, 400))
    await fault(explain(lenet, 'corrupt.jpg'), /corrupt\.jpg: not a readable picture/)
    const png = readFileSync(at('picture.png'))
    writeFileSync(at('corrupt.png'), png.subarray(0, png.length / 2))
    await fault(explain(lenet, 'corrupt.png'), /corrupt\.png: not a readable picture/)
    writeFileSync(at('text.png'), 'words')
    await fault(explain(lenet, 'text.png'), /text\.png: not a readable picture/)
  })

  it('an array of the wrong shape or type, NaN in it, a broken one', async () => {
    writeFileSync(at('shape.npy'), encodeNpy({ dims: [1, 3, 28, 28], data: new Float32Array(3 * 28 * 28) }))
    await fault(explain(lenet, 'shape.npy'), /shape\.npy: it has shape 1×3×28×28 and the model reads n×1×28×28/)
    const nan = new Float32Array(28 * 28)
    nan[29] = Number.NaN
    writeFileSync(at('nan.npy'), encodeNpy({ dims: [1, 1, 28, 28], data: nan }))
    await fault(
      explain(lenet, 'nan.npy'),
      /nan\.npy: one value is not a finite number, the first \(NaN\) at \[0, 0, 1, 1\]/,
    )
    await fault(explain(lenet, join(cases, 'lenet/target.npy')), /target\.npy: it is an array of int64/)
    writeFileSync(at('short.npy'), encodeNpy({ dims: [1, 1, 28, 28], data: nan }).subarray(0, 500))
    await fault(explain(lenet, 'short.npy'), /short\.npy: not a readable \.npy array/)
  })

  it('targets and labels that do not exist', async () => {
    await fault(explain(lenet, 'picture.png', '--target', '10'), /target 10: the model has classes 0 to 9/)
    await fault(explain(lenet, 'picture.png', '--target', '-1'), /target -1: the model has classes 0 to 9/)
    await fault(explain(lenet, 'picture.png', '--target', 'cat'), /labels of the model are not known/)
    await fault(explain(lenet, 'picture.png', '--labels', 'labels.txt', '--target', 'sevn'), /no such label.*"seven"/)
    await fault(['compile', lenet, '-o', 'never.onnx', '--target', '99'], /target 99: the model has classes 0 to 9/)
  })

  it('an audit of what keeps no books, of nothing, of two domains', async () => {
    const run = (...args: string[]) => ['audit', lenet, lenetInput, '--box=-2,2', ...args]
    await fault(
      run('--method', 'gradient'),
      /method gradient: it conserves no relevance, so there are no books to keep/,
    )
    await fault(run('--target', '99'), /classes 0 to 9/)
    await fault(['audit', lenet, lenetInput, 'picture.png'], /pictures and arrays have different domains/)
  })

  it('texts for models that read none, or that know no words', async () => {
    writeFileSync(at('note.txt'), 'hello')
    await fault(explain(lenet, 'note.txt'), /note.txt: model.onnx reads no tokens/)
    cpSync(join(root, 'examples/reviews/reviews.onnx'), at('alone.onnx'))
    await fault(explain('alone.onnx', 'note.txt'), /note.txt: its words have no numbers: give --vocab or --tokenizer/)
    await fault(explain('alone.onnx', 'note.txt', '--vocab', 'nowhere.txt'), /nowhere.txt: there is no such file/)
    await fault(explain('alone.onnx', lenetInput), /is an array of float32 and the model reads tokens/)
  })

  it('tables that are none', async () => {
    const mlp = join(cases, 'mlp/model.onnx')
    writeFileSync(at('words.csv'), 'a,b\n1,two\n')
    writeFileSync(at('narrow.csv'), '1,2\n')
    await fault(explain(mlp, 'words.csv'), /words.csv: row 1, column "b": "two" is not a number/)
    await fault(explain(mlp, 'narrow.csv'), /narrow.csv: it has shape 1×2 and the model reads n×20/)
  })

  it('layers, channels and rules that do not exist', async () => {
    const run = (...args: string[]) => explain(lenet, lenetInput, '--box=-2,2', ...args)
    await fault(
      run('--target', '/8/Conv:0'),
      /no layer "\/8\/Conv" lies between input and output: the layers are \/0\/Conv/,
    )
    await fault(run('--target', '/3/Conv:16'), /coordinate 1 goes from 0 to 15/)
    await fault(run('--layer', 'conv'), /no layer "conv"/)
    await fault(run('--versus', '10'), /classes 0 to 9/)
    await fault(run('--rule', 'conv9*=flat'), /no layer that it applies to matches name conv9\*; there are \/0\/Conv/)
    await fault(run('--rule', '*=magic'), /there is no such rule; there are w-square/)
    await fault(run('--rule', '*=alpha-beta:3,1'), /α − β must be 1/)
    await fault(run('--rules', 'nowhere.json'), /nowhere.json: there is no such file/)
  })

  it("external data outside the model's folder", async () => {
    mkdirSync(at('model'))
    writeFileSync(at('secret.bin'), new Uint8Array(64))
    symlinkSync(at('secret.bin'), at('model/link.bin'))
    for (const location of ['../secret.bin', at('secret.bin'), 'link.bin', 'missing.bin', 'a/../../secret.bin']) {
      writeFileSync(at('model/model.onnx'), await externalModel(location))
      await fault(explain(at('model/model.onnx'), 'picture.png'), /external data ".*" was refused/)
    }
    cpSync(at('secret.bin'), at('model/own.bin'))
    writeFileSync(at('model/model.onnx'), await externalModel('own.bin'))
    expect(await deeptaylor('inspect', at('model/model.onnx'))).toMatchObject({ code: 0 })
  })

  it('an output folder that cannot be written', async () => {
    writeFileSync(at('file'), 'in the way')
    await fault(['explain', lenet, 'picture.png', '--out', 'file'], /cannot write file: /)
    await fault(
      ['explain', lenet, 'picture.png', '--out', 'file/sub'],
      /cannot write file\/sub: a part of the path is a file/,
    )
    await fault(
      ['compile', lenet, '-o', 'nowhere/out.onnx'],
      /cannot write nowhere\/out\.onnx: the folder does not exist/,
    )
  })

  it('parameters that do not fit together, and a method without what it needs', async () => {
    const unequal = ['--method', 'alpha-beta', '--alpha', '2', '--beta', '0.5']
    await fault(explain(lenet, 'picture.png', ...unequal), /alpha 2 and beta 0\.5: α − β must be 1/)
    await fault(explain(lenet, lenetInput, '--method', 'epsilon-gamma-box'), /needs the box of the input/)
  })

  it('inputs that are not there, or of another type', async () => {
    await fault(explain(lenet, 'nothing.png'), /nothing\.png: there is no such file or folder/)
    await fault(explain(lenet, 'labels.txt'), /labels.txt: model.onnx reads no tokens/)
    await fault(explain(lenet, '*.gif'), /no .* file matches it/)
  })
})

describe('wrong usage', () => {
  it.each([
    [['explian', 'x', 'y'], /unknown command 'explian'/],
    [['explain', 'x'], /missing required argument/],
    [['explain', lenet, 'picture.png', '--taget', '1'], /unknown option '--taget'\n\(Did you mean --target\?\)/],
    [['explain', lenet, 'picture.png', '--method', 'magic'], /Allowed choices are deep-taylor/],
    [['explain', lenet, 'picture.png', '--method', 'epsilon,magic'], /no method "magic"/],
    [['audit', lenet, 'picture.png', '--check', 'magic'], /no check "magic"/],
    [['audit', lenet, 'picture.png', '--tolerance', '-1'], /a number ≥ 0/],
    [['explain', lenet, 'picture.png', '--gamma', '-1'], /a number ≥ 0/],
    [['explain', lenet, 'picture.png', '--box=3,1'], /pairs LOW,HIGH/],
    [['explain', lenet, 'picture.png', '--stabilizer', '-1'], /a number ≥ 0/],
    [['compile', lenet], /required option '-o, --out <file>'/],
  ])('%s', async (args, words) => {
    const { code, stderr } = await deeptaylor(...args)
    expect(stderr).toMatch(words)
    expect(code).toBe(2)
  })

  it.each([
    [['--help']],
    [['explain', '--help']],
    [['compile', '--help']],
    [['inspect', '--help']],
    [['audit', '--help']],
    [['--version']],
  ])('%s is no fault', async args => {
    const { code, stdout } = await deeptaylor(...args)
    expect(code).toBe(0)
    expect(stdout).not.toBe('')
  })
})
