/**
 * A report as an evaluation would write it, of numbers that are made up by a seeded generator: data for the tests of reports, and
 * nothing else. Methods have a quality each, and measures turn it into values and curves of a likely shape.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Curve } from '../../src/evaluate/measure.ts'
import { Random } from '../../src/evaluate/random.ts'
import type {
  EvaluatedInput,
  EvaluationReport,
  MeanCurve,
  MeasuredValue,
  Shown,
  Summary,
} from '../../src/evaluate/report.ts'
import { renderHeatmap } from '../../src/render/heatmap.ts'
import { planeOf } from '../../src/render/plane.ts'
import { type MadeUpMeasure, madeUpMeasures } from './made-up-measures.ts'

/** How large the report is. */
export interface MadeUpOptions {
  readonly inputs?: number
  readonly methods?: readonly string[]
  /** Measures beyond the list's end repeat it under another name. */
  readonly measures?: number
  /** Inputs with pictures; at most the ten scenes. */
  readonly shown?: number
}

/** Qualities between 0 (random) and 1 (the truth). */
const qualities: Readonly<Record<string, number>> = {
  'deep-taylor': 0.8,
  'epsilon-plus': 0.74,
  'integrated-gradients': 0.6,
  'gradient-x-input': 0.42,
  gradient: 0.25,
  occlusion: 0.7,
}

/** The report; deterministic. */
export async function madeUpReport({
  inputs: count = 10,
  methods = Object.keys(qualities),
  measures: many = madeUpMeasures.length,
  shown = 4,
}: MadeUpOptions = {}): Promise<EvaluationReport> {
  const abouts = Array.from({ length: many }, (_, i): MadeUpMeasure => {
    const about = madeUpMeasures[i % madeUpMeasures.length] as MadeUpMeasure
    const turn = Math.floor(i / madeUpMeasures.length)
    return turn === 0 ? about : { ...about, name: `${about.name}-${turn + 1}`, title: `${about.title}, again ${turn}` }
  })
  const inputs = await inputsOf(count, methods, shown)
  const values = abouts.flatMap(about => methods.flatMap(method => inputs.map(input => measured(input, method, about))))
  return {
    ...{
      version: '0.1.0',
      model: 'scenes.onnx',
      runtime: 'onnxruntime-node 1.30.0',
      data: 'examples/scenes/pictures',
      seed: 1,
      score: 'logit',
    },
    preprocessing: 'pixels 0…255 to (x/255 − mean)/std with mean 0.5 and std 0.5, RGB, 64×64',
    methods,
    controls: [],
    measures: abouts.map(({ scale: _, curves: __, ...about }) => about),
    inputs,
    values,
    summary: abouts.flatMap(about => summaryOf(about, methods, values)),
    curves: abouts.flatMap(about => methods.flatMap(method => meanCurves(about, method, values))),
    skipped: [
      {
        input: 'broken.png',
        code: 'image-unreadable',
        message: 'broken.png: not a readable picture: it ends too early',
      },
      {
        input: 'masks/cross-3.png',
        code: 'input-invalid',
        message: 'masks/cross-3.png: the mask is 32×32 and the picture 64×64',
      },
    ],
    warnings: [
      {
        method: 'deep-taylor',
        code: 'positive-biases',
        message: '37 of 138 biases are positive: their neurons’ root points may lie outside the domain',
      },
      {
        method: 'epsilon-plus',
        code: 'winner-takes-all',
        message: 'pool1 has no ReLU behind it: the winner takes all',
      },
    ],
    audits: methods.slice(0, 2).map((method, i) => ({
      ...{ method, samples: Math.min(8, count), passes: i === 0 },
      verdicts: [
        {
          check: 'conservation',
          value: i === 0 ? 3e-7 : 0.02,
          passes: i === 0,
          words: i === 0 ? 'all relevance arrives at the input' : '2.0 % of the relevance is lost to biases',
        },
        { check: 'positivity', value: 0, passes: true, words: 'no relevance is negative' },
      ],
    })),
  }
}

async function inputsOf(count: number, methods: readonly string[], shown: number): Promise<readonly EvaluatedInput[]> {
  const folder = join(import.meta.dirname, '../../examples/scenes')
  const files = readdirSync(join(folder, 'pictures')).sort()
  return Promise.all(
    Array.from({ length: count }, async (_, i): Promise<EvaluatedInput> => {
      const file = files[i % files.length] as string
      const id = i < files.length ? file : `${Math.floor(i / files.length)}/${file}`
      const label = file.replace(/-.*/, '')
      const random = new Random(1, id)
      const isWrong = random.uniform() < 0.1
      const predicted = { index: isWrong ? 1 : 0, label: isWrong ? 'ring' : label, score: 0.6 + 0.4 * random.uniform() }
      const facts = {
        id,
        label,
        target: { index: 0, label },
        predicted,
        logit: 4 + 8 * random.uniform(),
        hasTruth: i % 7 !== 3,
      }
      return i < Math.min(shown, files.length) ? { ...facts, shown: await picturesOf(folder, file, methods) } : facts
    }),
  )
}

async function picturesOf(
  folder: string,
  file: string,
  methods: readonly string[],
): Promise<Readonly<Record<string, Shown>>> {
  const {
    data: mask,
    info: { width, height },
  } = await sharp(join(folder, 'masks', file))
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const picture = (png: Uint8Array): Shown => ({
    kind: 'picture',
    dataUrl: `data:image/png;base64,${Buffer.from(png).toString('base64')}`,
    width,
    height,
  })
  const found: Record<string, Shown> = { input: picture(readFileSync(join(folder, 'pictures', file))) }
  for (const method of methods) {
    const [random, quality] = [new Random(2, `${file} ${method}`), qualities[method] ?? 0.5]
    const values = Float32Array.from(mask, value => {
      const truth = value > 127 ? quality * random.uniform() : 0
      return truth + (1 - quality) * 0.5 * random.normal() * random.uniform()
    })
    found[method] = picture(await renderHeatmap(planeOf({ dims: [1, height, width], data: values }), { scale: 2 }))
  }
  return found
}

function measured(input: EvaluatedInput, method: string, about: MadeUpMeasure): MeasuredValue {
  const { name: measure, direction, scale, unit } = about
  const at = { input: input.id, method, measure }
  if (about.needs.includes('truth') && !input.hasTruth)
    return { ...at, value: null, why: 'the data have no mask for it' }
  if (about.group === 'robustness' && method === 'occlusion')
    return { ...at, value: null, why: 'occlusion would take too long' }
  const random = new Random(3, `${input.id} ${method} ${measure}`)
  const quality = Math.max(0, Math.min(1, (qualities[method] ?? 0.5) + 0.12 * random.normal()))
  const good = direction === 'higher' ? quality : 1 - quality
  const value =
    unit === 'share of inputs'
      ? Number(random.uniform() < good)
      : unit === 'logit²'
        ? 10 ** (6 * good - 3)
        : good * scale
  const details = about.group === 'axioms' && {
    details: { logit: input.logit, relevanceSum: relevanceSum(input, quality, random) },
  }
  const curves = about.curves && {
    curves: Object.fromEntries(
      Object.entries(about.curves).map(([name, shape]) => [name, curveOf(shape, quality, about, random)]),
    ),
  }
  return { ...at, value, ...curves, ...details }
}

function relevanceSum({ logit }: EvaluatedInput, quality: number, random: Random): number {
  return quality > 0.6 ? logit * (1 + 0.02 * random.normal()) : logit * (0.4 + quality * random.normal())
}

function curveOf(shape: 'falling' | 'late' | 'rising', quality: number, about: MadeUpMeasure, random: Random): Curve {
  const steps = 64
  const size = 0.6 + 0.35 * random.uniform()
  const x = Array.from({ length: steps + 1 }, (_, i) => i / steps)
  const y = x.map(at => {
    const fast = 1 - (1 - at) ** (1 + 8 * quality)
    const level = { falling: 1 - fast, late: 1 - at ** (1 + 6 * quality), rising: fast }[shape]
    return about.scale * (size * level + 0.01 * random.normal())
  })
  return {
    x,
    y,
    xLabel: about.group === 'randomisation' ? 'share of layers randomised' : 'share of places',
    yLabel: `${shape === 'rising' ? 'score' : 'value'}, ${about.unit}`,
  }
}

function summaryOf(
  { name, direction, unit }: MadeUpMeasure,
  methods: readonly string[],
  values: readonly MeasuredValue[],
): readonly Summary[] {
  const [least, most] = unit === 'share of inputs' ? [0, 1] : unit === 'logit²' ? [1e-3, 1e3] : [-Infinity, Infinity]
  const rows = methods.map(method => {
    const all = values.filter(value => value.measure === name && value.method === method)
    const found = all.flatMap(({ value }) => (value === null ? [] : [value])).sort((a, b) => a - b)
    const { mean, deviation, error } = moments(found)
    const has = found.length > 0
    return {
      ...{ method, measure: name, count: found.length, without: all.length - found.length },
      ...{
        mean: has ? mean : null,
        median: has ? (found[found.length >> 1] as number) : null,
        standardDeviation: has ? deviation : null,
      },
      ...{
        low: found.length > 1 ? Math.max(least, mean - 1.96 * error) : null,
        high: found.length > 1 ? Math.min(most, mean + 1.96 * error) : null,
      },
    }
  })
  const isBetter = (a: number, b: number) => (direction === 'higher' ? a > b : a < b)
  return rows.map(row => ({
    ...row,
    rank:
      row.mean === null
        ? null
        : 1 + rows.filter(other => other.mean !== null && isBetter(other.mean, row.mean as number)).length,
  }))
}

function meanCurves({ name }: MadeUpMeasure, method: string, values: readonly MeasuredValue[]): readonly MeanCurve[] {
  const found = values.filter(value => value.measure === name && value.method === method)
  return Object.entries(found.find(({ curves }) => curves)?.curves ?? {}).map(([curve, { x, xLabel, yLabel }]) => {
    const points = x.map((_, i) => moments(found.map(({ curves }) => curves?.[curve]?.y[i] as number)))
    return {
      ...{ method, measure: name, curve, xLabel, yLabel, x },
      ...{
        mean: points.map(({ mean }) => mean),
        low: points.map(({ mean, error }) => mean - 1.96 * error),
        high: points.map(({ mean, error }) => mean + 1.96 * error),
      },
    }
  })
}

function moments(values: readonly number[]): {
  readonly mean: number
  readonly deviation: number
  readonly error: number
} {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1),
  )
  return { mean, deviation, error: deviation / Math.sqrt(values.length) }
}
