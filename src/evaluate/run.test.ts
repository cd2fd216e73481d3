/** The runner on the embedded scenes: what measures are given, what is kept, and that nothing depends on where a run was stopped. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { modelOf, node } from '../../test/support/models.ts'
import { floatTensor } from '../core/0-graph/tensor.ts'
import { deepTaylor } from '../core/5-explain/deep-taylor.ts'
import { gradients } from '../core/5-explain/gradients.ts'
import { DeepTaylorError } from '../core/diagnostics.ts'
import { loadModel } from '../explainer/load-model.ts'
import { readImage } from '../inputs/image.ts'
import { boxOf, preprocessingFrom } from '../inputs/preprocessing.ts'
import type { Case, Measure, Outcome, Tools } from './measure.ts'
import type { Chunk, EvaluateOptions, EvaluationItem } from './options.ts'
import { evaluate } from './run.ts'

const scenes = join(import.meta.dirname, '../../examples/scenes')
const model = await loadModel(join(scenes, 'scenes.onnx'))
const labels = ['circle', 'square', 'triangle', 'star', 'cross', 'ring']
const preprocessing = preprocessingFrom('tensorflow')
const geometry = { channels: 3, layout: 'NCHW', width: 64, height: 64 } as const
const items: readonly EvaluationItem[] = readdirSync(join(scenes, 'pictures')).map(id => ({
  id,
  label: id.split('-')[0] as string,
  read: () => readImage(join(scenes, 'pictures', id), { name: id, preprocessing, geometry }),
}))
const methods = [
  { name: 'deep-taylor', method: deepTaylor() },
  { name: 'gradient', method: gradients('gradient') },
]
const path = { name: 'integrated-gradients', method: gradients('integrated-gradients') }

/** Decimals to which logits of about 10 agree when summed in another order: single precision has seven digits. */
const decimals = 4
/** Fifty points of the path are a rectangle rule, not the integral: at most 0.018 on these pictures (`--measures conservation`). */
const pathError = 0.03

/** A measure of the test's own. */
function measureOf(
  evaluateAll: (cases: readonly Case[], tools: Tools) => Promise<readonly Outcome[]>,
  needs: Measure['needs'] = [],
  name = 'own',
): Measure {
  const words = { title: name, unit: '', range: '', definition: '', source: '' }
  return { name, group: 'axioms', direction: 'higher', needs, parameters: {}, ...words, evaluate: evaluateAll }
}

const each = (of: (one: Case, tools: Tools) => number | Promise<number>): Measure =>
  measureOf((cases, tools) => Promise.all(cases.map(async one => ({ value: await of(one, tools) }))))

/** ΣR, the score, and a random number. */
const sums = measureOf(async cases =>
  cases.map(({ relevanceSum, score, random }) => ({
    value: relevanceSum,
    details: { score, drawn: random('a purpose').uniform() },
    curves: { line: { x: [0, 1], y: [score, relevanceSum], xLabel: 'x', yLabel: 'y' } },
  })),
)

const box = boxOf(preprocessing, 3, 1)
const run = (given: Partial<EvaluateOptions> = {}, some: readonly EvaluationItem[] = items) =>
  evaluate(model, some, { methods, measures: [sums], labels, box, audited: 2, ...given })

describe('controls', () => {
  const kinds = [
    { ...each(({ relevanceSum }) => relevanceSum), name: 'faith', group: 'faithfulness' },
    each(() => 1),
  ] as const
  const masked = items.slice(0, 2).map(item => ({
    ...item,
    read: async () => ({
      ...(await item.read()),
      ...(item.id.endsWith('1.png') && { truth: Uint8Array.from({ length: 64 * 64 }, (_, i) => (i < 100 ? 1 : 0)) }),
    }),
  }))

  it('stand behind the methods without a rank, and only where they can be asked', async () => {
    const report = await run({ controls: ['mask', 'constant', 'noise'], measures: kinds, audited: 0 }, masked)
    expect(report.methods).toEqual(['deep-taylor', 'gradient', 'mask', 'constant', 'noise'])
    expect(report.controls).toEqual(['mask', 'constant', 'noise'])
    const of = (method: string, measure: string) =>
      report.values.filter(one => one.method === method && one.measure === measure).map(({ value }) => value)
    expect(masked.map(({ id }) => id)).toEqual(['circle-1.png', 'circle-2.png'])
    expect(of('mask', 'faith')).toEqual([100, null])
    expect(of('constant', 'faith')).toEqual([64 * 64, 64 * 64])
    expect(new Set(of('noise', 'faith')).size).toBe(2)
    for (const control of report.controls) expect(of(control, 'own')).toEqual([null, null])
    const ranks = report.summary.map(({ method, rank }) => [method, rank !== null])
    expect(ranks.filter(([method]) => report.controls.includes(String(method)))).toEqual(
      report.controls.flatMap(control => [
        [control, false],
        [control, false],
      ]),
    )
    // A constant sums to more than any explanation, and takes nobody's first rank.
    expect(report.summary.filter(({ measure }) => measure === 'faith').map(({ rank }) => rank)).toContain(1)
  })
})

describe('the report', () => {
  it('has a figure for every input, method and measure, and what they sum up to', async () => {
    const report = await run()
    expect(report.values).toHaveLength(20)
    expect(report.inputs.map(({ id }) => id)).toEqual(items.map(({ id }) => id))
    expect(report.inputs[0]).toMatchObject({ label: 'circle', target: { index: 0 }, predicted: { label: 'circle' } })
    expect(report.summary.map(({ method, count }) => [method, count])).toEqual(methods.map(({ name }) => [name, 10]))
    expect(report.curves).toHaveLength(2)
    expect(report.measures[0]).not.toHaveProperty('evaluate')
    expect(report.audits).toMatchObject([{ method: 'deep-taylor', samples: 2, passes: true }])
    const drawn = report.values.filter(({ input }) => input === 'star-1.png').map(({ details }) => details?.drawn)
    expect(new Set(drawn).size).toBe(1)
    for (const { method, value, input } of report.values.filter(one => one.method === 'deep-taylor')) {
      // scenes.onnx has no positive bias, so deep Taylor conserves: 5e-7 on average, single precision over 12288 places.
      expect(value, method).toBeCloseTo(report.inputs.find(({ id }) => id === input)?.logit as number, decimals)
    }
  })

  it('is the same to the last bit when finished chunks are given', async () => {
    const chunks: Chunk[] = []
    const whole = await run({ chunkSize: 4, onChunk: chunk => void chunks.push(chunk) })
    expect(chunks.map(({ index, inputs }) => [index, inputs.length])).toEqual([
      [0, 4],
      [1, 4],
      [2, 2],
    ])
    const read: string[] = []
    const watched = items.map(item => ({
      ...item,
      read: () => {
        read.push(item.id)
        return item.read()
      },
    }))
    const stored = JSON.parse(JSON.stringify(chunks)) as Chunk[]
    const finished = new Map(stored.slice(0, 2).map(chunk => [chunk.index, chunk]))
    const resumed = await run({ chunkSize: 4, finished }, watched)
    expect(JSON.stringify(resumed)).toBe(JSON.stringify(whole))
    // The last chunk, and the first two inputs for the audit.
    expect(read).toEqual([8, 9, 0, 1].map(i => items[i]?.id))
  })

  it('does not depend on the size of chunks but for rounding', async () => {
    const [one, all] = await Promise.all([run({ chunkSize: 1 }), run({ chunkSize: 10 })])
    for (const value of one.values) {
      const other = all.values.find(({ input, method }) => input === value.input && method === value.method)
      expect(value.value).toBeCloseTo(other?.value as number, decimals)
    }
  })
})

describe('what measures are given', () => {
  it('is what the method promises, and nothing where it promises nothing', async () => {
    const promised = measureOf(async cases =>
      cases.map(one =>
        one.promised === undefined
          ? { value: null, why: 'nothing' }
          : { value: Math.abs(one.promised - one.relevanceSum) / Math.abs(one.promised) },
      ),
    )
    const { values } = await run({ measures: [promised], methods: [...methods, path] }, items.slice(0, 3))
    const of = (name: string) => values.filter(({ method }) => method === name).map(({ value }) => value)
    for (const error of of('deep-taylor')) expect(error).toBeLessThan(1e-5)
    for (const error of of('integrated-gradients')) expect(error).toBeLessThan(pathError)
    expect(of('gradient')).toEqual([null, null, null])
  })

  it("scores and explains batches, for the case's class and others", async () => {
    const own = each(async (one, tools) => {
      const { data, dims } = one.input
      const twice = new Float32Array([...data, ...data.map(value => value / 2)])
      const batch = { dims: [2, ...dims.slice(1)], data: twice }
      const [score] = await tools.score(one, batch)
      const [other] = await tools.score(one, batch, (one.target + 1) % tools.classes)
      expect(score).toBeCloseTo(one.score, decimals)
      expect(other).toBeLessThan(score as number)
      const { data: explained } = await tools.explain(one, batch)
      expect(explained).toHaveLength(2 * data.length)
      for (let i = 0; i < data.length; i += 97)
        expect(explained[i]).toBeCloseTo(one.relevance.data[i] as number, decimals)
      return 1
    })
    const { values } = await run({ measures: [own] }, items.slice(0, 2))
    expect(values.map(({ value }) => value)).toEqual([1, 1, 1, 1])
  })

  it('is a probability where that is asked for, a box, and layers whose weights can be random', async () => {
    const own = measureOf(async (cases, tools) => {
      expect(tools.box).toEqual({ low: [-1, -1, -1], high: [1, 1, 1] })
      expect(tools.layers.length).toBe(6)
      const random = await tools.explainRandomised(cases, tools.layers, 1)
      return cases.map((one, i) => {
        expect(random[i]?.dims).toEqual(one.input.dims)
        expect(random[i]?.data).not.toEqual(one.relevance.data)
        return { value: one.score }
      })
    })
    const { values, inputs } = await run({ measures: [own], score: 'probability', methods: methods.slice(0, 1) })
    for (const [i, { value }] of values.entries()) {
      expect(value).toBeCloseTo(inputs[i]?.predicted.score as number, 6)
    }
  })

  it('is both sides of an output that speaks for two classes', async () => {
    const w = floatTensor([1, 2, -1], [3, 1])
    const nodes = [node('Gemm', ['x', 'w'], 'y')]
    const two = {
      model: modelOf({ nodes, inputs: { x: ['n', 3] }, outputs: ['y'], constants: { w } }),
      source: 'two',
      path: undefined,
      byteLength: 0,
    }
    const read = () => ({ tensor: { dims: [1, 3], data: Float32Array.of(1, 1, 1) } })
    const report = await evaluate(
      two,
      ['bad', 'good'].map(label => ({ id: label, label, read })),
      {
        methods: [{ name: 'gradient', method: gradients('gradient') }],
        measures: [each(async (one, tools) => one.score + Number(await tools.score(one, one.input).then(([s]) => s)))],
        labels: ['bad', 'good'],
        score: 'logit',
      },
    )
    expect(report.inputs.map(({ target, predicted, logit }) => [target, predicted.label, logit])).toEqual([
      [{ index: 0, label: 'bad' }, 'good', -2],
      [{ index: 1, label: 'good' }, 'good', 2],
    ])
    expect(report.values.map(({ value }) => value)).toEqual([-4, 4])
  })
})

describe('what cannot be measured', () => {
  it('is counted and never 0: truth that is not there, and what is no number', async () => {
    const truthful = measureOf(async () => [], ['truth'], 'truthful')
    const strange = measureOf(async cases => cases.map(() => ({ value: Number.NaN })), [], 'strange')
    const { values, summary } = await run(
      { measures: [truthful, strange], methods: methods.slice(0, 1) },
      items.slice(0, 2),
    )
    expect(values.map(({ measure, value, why }) => [measure, value, why])).toEqual([
      ...Array(2).fill(['truthful', null, 'it needs ground truth, and there is none']),
      ...Array(2).fill(['strange', null, 'it came out as NaN']),
    ])
    expect(summary).toMatchObject([
      { count: 0, without: 2, mean: null },
      { count: 0, without: 2, mean: null },
    ])
  })

  it('is skipped and listed: inputs that cannot be read, and those of another shape', async () => {
    const broken: EvaluationItem = {
      id: 'broken',
      read: () => {
        throw new DeepTaylorError('image-unreadable', { image: 'broken', reason: 'it is cut short' })
      },
    }
    const small = { id: 'small', read: () => ({ tensor: { dims: [1, 3, 2, 2], data: new Float32Array(12) } }) }
    const said: string[] = []
    const some = [broken, items[0] as EvaluationItem, small]
    const { skipped, inputs } = await run({ onSkipped: ({ input }) => void said.push(input) }, some)
    expect(skipped.map(({ input, code }) => [input, code])).toEqual([
      ['broken', 'image-unreadable'],
      ['small', 'input-invalid'],
    ])
    expect(said).toEqual(['broken', 'small'])
    expect(inputs).toHaveLength(1)
    await expect(run({}, [broken, small])).rejects.toThrow('data: none of its 2 inputs could be evaluated')
    await expect(run({}, [broken])).rejects.toThrow('broken: not a readable picture: it is cut short')
  })
})

describe('a run', () => {
  it('is stopped by its signal, between chunks and within', async () => {
    const controller = new AbortController()
    const chunks: number[] = []
    const stopped = run({
      chunkSize: 2,
      signal: controller.signal,
      onChunk: ({ index }) => {
        chunks.push(index)
        if (index === 1) controller.abort(new Error('enough'))
      },
    })
    await expect(stopped).rejects.toThrow('enough')
    expect(chunks).toEqual([0, 1])
  })

  it('says how far it is, up to the end', async () => {
    const steps: [number, number][] = []
    await run({ onProgress: (done, total) => void steps.push([done, total]) }, items.slice(0, 4))
    expect(steps.at(-1)).toEqual([8, 8])
    expect(steps.every(([done], i) => i === 0 || done >= (steps[i - 1]?.[0] ?? 0))).toBe(true)
  })

  it('refuses options that contradict themselves', async () => {
    await expect(run({}, [])).rejects.toThrow('inputs: there are none')
    await expect(run({ methods: [] })).rejects.toThrow('methods: there are none')
    await expect(run({ measures: [sums, sums] })).rejects.toThrow('own: it is there twice')
    await expect(run({}, [items[0], items[0]] as EvaluationItem[])).rejects.toThrow(
      'inputs: two are called circle-1.png',
    )
    await expect(run({ seed: -1 })).rejects.toThrow('seed -1: a whole number ≥ 0 was expected')
    const wrong = [
      {
        ...(items[0] as EvaluationItem),
        read: async () => ({ ...(await items[0]?.read())!, truth: new Uint8Array(3) }),
      },
    ]
    await expect(run({}, wrong as EvaluationItem[])).rejects.toThrow(
      'its ground truth has 3 places and the input 64 × 64',
    )
  })
})
