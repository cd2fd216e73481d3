/**
 * A report as an evaluation would write it, of numbers that are made up by a seeded generator: data for the tests of reports, and
 * nothing else. Methods have a quality each, and measures turn it into values and curves of a likely shape.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Curve, Measure } from '../../src/evaluate/measure.ts'
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

type About = Omit<Measure, 'evaluate'> & {
  readonly scale: number
  readonly curves?: Readonly<Record<string, 'falling' | 'late' | 'rising'>>
}

const measures: readonly About[] = [
  {
    ...{
      name: 'pixel-flipping',
      title: 'Pixel flipping (AOPC)',
      group: 'faithfulness',
      direction: 'higher',
      unit: 'logit',
      needs: ['numbers'],
    },
    range: '−∞…∞; a random order gets the mean fall of the score',
    definition: 'AOPC = 1/(L+1) Σ_k f(x⁰) − f(xᵏ), where xᵏ is the input with its k most relevant regions replaced.',
    source: 'Samek et al. 2017, “Evaluating the visualization of what a deep neural network has learned”, eq. 12',
    parameters: { patch: 4, replacement: 'mean', steps: 64 },
    scale: 6,
    curves: { 'most relevant first': 'falling', 'least relevant first': 'late' },
  },
  {
    ...{
      name: 'insertion',
      title: 'Insertion',
      group: 'faithfulness',
      direction: 'higher',
      unit: 'probability',
      needs: ['numbers'],
    },
    range: '0…1',
    definition: 'Area under the curve of the score while the most relevant pixels are put back on a blurred picture.',
    source: 'Petsiuk et al. 2018, “RISE”, section 4.2',
    parameters: { blur: 5, steps: 64 },
    scale: 1,
    curves: { insertion: 'rising' },
  },
  {
    ...{
      name: 'sensitivity-n',
      title: 'Sensitivity-n',
      group: 'faithfulness',
      direction: 'higher',
      unit: 'correlation',
      needs: ['numbers'],
    },
    range: '−1…1; random: 0',
    definition:
      'Pearson correlation, over random subsets of n places, between their summed relevance and the fall of the score without them; mean over n.',
    source: 'Ancona et al. 2018, “Towards better understanding of gradient-based attribution methods”, section 4',
    parameters: { subsets: 100 },
    scale: 1,
    curves: { correlation: 'falling' },
  },
  {
    ...{
      name: 'infidelity',
      title: 'Infidelity',
      group: 'faithfulness',
      direction: 'lower',
      unit: 'logit²',
      needs: ['numbers'],
    },
    range: '0…∞',
    definition: 'E[(Iᵀφ(x) − (f(x) − f(x − I)))²] over perturbations I.',
    source: 'Yeh et al. 2019, “On the (in)fidelity and sensitivity of explanations”, definition 2.1',
    parameters: { samples: 50, noise: 0.2 },
    scale: 40_000_000,
  },
  {
    ...{
      name: 'max-sensitivity',
      title: 'Max-sensitivity',
      group: 'robustness',
      direction: 'lower',
      unit: 'share of ‖R‖',
      needs: ['numbers'],
    },
    range: '0…∞; constant: 0',
    definition: 'max over ‖y − x‖ ≤ r of ‖φ(y) − φ(x)‖ / ‖φ(x)‖.',
    source: 'Yeh et al. 2019, definition 3.1',
    parameters: { radius: 0.02, samples: 10 },
    scale: 0.6,
  },
  {
    ...{
      name: 'pointing-game',
      title: 'Pointing game',
      group: 'localisation',
      direction: 'higher',
      unit: 'share of inputs',
      needs: ['truth', 'picture'],
    },
    range: '0 or 1; random: the share of the truth',
    definition: 'Whether the place of the largest relevance lies in the truth.',
    source: 'Zhang et al. 2018, “Top-down neural attention by excitation backprop”',
    parameters: { tolerance: 0 },
    scale: 1,
  },
  {
    ...{
      name: 'relevance-mass',
      title: 'Relevance mass accuracy',
      group: 'localisation',
      direction: 'higher',
      unit: 'share',
      needs: ['truth'],
    },
    range: '0…1; constant and random: the share of the truth',
    definition: 'Σ of positive relevance inside the truth over all positive relevance.',
    source: 'Arras et al. 2022, “CLEVR-XAI”, eq. 4',
    parameters: {},
    scale: 1,
  },
  {
    ...{
      name: 'sparseness',
      title: 'Sparseness (Gini)',
      group: 'complexity',
      direction: 'higher',
      unit: 'index',
      needs: [],
    },
    range: '0…1; constant: 0',
    definition: 'Gini index of |R|: Σ_i (2i − n − 1)·|R|_(i) / (n Σ|R|).',
    source: 'Chalasani et al. 2020, “Concise explanations of neural networks using adversarial training”',
    parameters: {},
    scale: 1,
  },
  {
    ...{
      name: 'model-randomisation',
      title: 'Model-parameter randomisation',
      group: 'randomisation',
      direction: 'lower',
      unit: 'rank correlation',
      needs: ['weights'],
    },
    range: '−1…1',
    definition:
      'Spearman correlation of the heatmap with that of the model whose layers are random from the output down; mean over layers.',
    source: 'Adebayo et al. 2018, “Sanity checks for saliency maps”',
    parameters: { order: 'cascading' },
    scale: 0.5,
    curves: { cascading: 'falling' },
  },
  {
    ...{
      name: 'conservation',
      title: 'Conservation',
      group: 'axioms',
      direction: 'lower',
      unit: 'share of f(x)',
      needs: [],
    },
    range: '0…∞; 0 where relevance is conserved',
    definition: '|f(x) − ΣR| / |f(x)|.',
    source: 'Montavon et al. 2017, definition 1',
    parameters: {},
    scale: 1,
  },
]

/** The report; deterministic. */
export async function madeUpReport({
  inputs: count = 10,
  methods = Object.keys(qualities),
  measures: many = measures.length,
  shown = 4,
}: MadeUpOptions = {}): Promise<EvaluationReport> {
  const abouts = Array.from({ length: many }, (_, i): About => {
    const about = measures[i % measures.length] as About
    const turn = Math.floor(i / measures.length)
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

function measured(input: EvaluatedInput, method: string, about: About): MeasuredValue {
  const { name: measure, direction, scale, unit } = about
  const at = { input: input.id, method, measure }
  if (about.needs.includes('truth') && !input.hasTruth)
    return { ...at, value: null, why: 'the data have no mask for it' }
  if (about.group === 'robustness' && method === 'occlusion')
    return { ...at, value: null, why: 'occlusion would take too long' }
  const random = new Random(3, `${input.id} ${method} ${measure}`)
  const quality = Math.max(0, Math.min(1, (qualities[method] ?? 0.5) + 0.12 * random.normal()))
  const good = direction === 'higher' ? quality : 1 - quality
  const value = unit === 'share of inputs' ? Number(random.uniform() < good) : good * scale
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

function curveOf(shape: 'falling' | 'late' | 'rising', quality: number, about: About, random: Random): Curve {
  const steps = 64
  const x = Array.from({ length: steps + 1 }, (_, i) => i / steps)
  const y = x.map(at => {
    const fast = 1 - (1 - at) ** (1 + 8 * quality)
    const level = { falling: 1 - fast, late: 1 - at ** (1 + 6 * quality), rising: fast }[shape]
    return about.scale * 1.6 * level + 0.01 * about.scale * random.normal()
  })
  return {
    x,
    y,
    xLabel: about.group === 'randomisation' ? 'share of layers randomised' : 'share of places',
    yLabel: `${shape === 'rising' ? 'score' : 'value'}, ${about.unit}`,
  }
}

function summaryOf(
  { name, direction }: About,
  methods: readonly string[],
  values: readonly MeasuredValue[],
): readonly Summary[] {
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
      ...{ low: found.length > 1 ? mean - 1.96 * error : null, high: found.length > 1 ? mean + 1.96 * error : null },
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

function meanCurves({ name }: About, method: string, values: readonly MeasuredValue[]): readonly MeanCurve[] {
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
