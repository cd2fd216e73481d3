/** Whether an explanation depends on what the network learned: it is compared with that of a network whose weights are random. */

import { perPlace } from '../layout.ts'
import type { Case, Measure, NotApplicable, Outcome, Tools } from '../measure.ts'
import { rankCorrelation } from './rank-correlation.ts'

const similarity =
  'Spearman rank correlation of relevance by place (summed over channels), of magnitudes |R|; the detail "signed" is that of R. A constant ' +
  'explanation has no order: beside it the similarity counts as 0'
const randomWeights =
  'random weights are the layer’s own, shuffled within each of its tensors (Adebayo et al. draw from the initialiser, which an ONNX file does ' +
  'not name)'
const range = '−1 … 1; 1 for an explanation that does not depend on the weights, about 0 for a random one'
const source = 'Adebayo et al. 2018, Sanity Checks for Saliency Maps, the model parameter randomisation test'

/** Cascading randomisation: from the output to the input, one layer after another. */
export function modelRandomisation(mostLayers: number): Measure {
  return {
    name: 'model-randomisation',
    title: 'Model randomisation, cascading',
    group: 'randomisation',
    direction: 'lower',
    unit: 'rank correlation',
    range,
    definition:
      `mean over steps of the similarity of R and of R after the layers from the output on got random weights; ${similarity}; ` +
      `${randomWeights}. Of deep networks, mostLayers steps evenly through the depth; the last has random weights everywhere. The detail "last" is ` +
      'that step’s. Read it with care: Hedström et al. 2024 show that the order of layers and noise in explanations move it',
    source,
    needs: ['weights'],
    parameters: { mostLayers },
    evaluate: (cases, tools) =>
      compared(cases, tools, {
        steps: stepsOf(tools.layers, mostLayers).map(end => ({ x: end, layers: tools.layers.slice(0, end) })),
        start: true,
        xLabel: 'layers with random weights, from the output',
      }),
  }
}

/** Independent randomisation: each layer alone. */
export function layerRandomisation(mostLayers: number): Measure {
  return {
    name: 'layer-randomisation',
    title: 'Model randomisation, layer by layer',
    group: 'randomisation',
    direction: 'lower',
    unit: 'rank correlation',
    range,
    definition:
      `mean over layers of the similarity of R and of R after that layer alone got random weights; ${similarity}; ${randomWeights}. ` +
      'Of deep networks, mostLayers layers evenly through the depth. The detail "last" is that of the one nearest to the input',
    source,
    needs: ['weights'],
    parameters: { mostLayers },
    evaluate: (cases, tools) =>
      compared(cases, tools, {
        steps: stepsOf(tools.layers, mostLayers).map(end => ({ x: end, layers: tools.layers.slice(end - 1, end) })),
        start: false,
        xLabel: 'layer with random weights, 1 nearest to the output',
      }),
  }
}

/** How many layers, from the output on, every step takes: all from 1, or evenly chosen, the last always. */
function stepsOf({ length }: readonly string[], most: number): readonly number[] {
  const count = Math.min(most, length)
  return Array.from({ length: count }, (_, i) => Math.round(((i + 1) * length) / count))
}

interface Plan {
  readonly steps: readonly { readonly x: number; readonly layers: readonly string[] }[]
  /** Whether the curve starts with the network as it is. */
  readonly start: boolean
  readonly xLabel: string
}

const noLayers: NotApplicable = { value: null, why: 'the network has no layers with weights' }
/** Nothing can be compared with an explanation that orders nothing. */
const constant: NotApplicable = { value: null, why: 'the explanation is the same at every place' }

async function compared(
  cases: readonly Case[],
  tools: Tools,
  { steps, start, xLabel }: Plan,
): Promise<readonly Outcome[]> {
  if (steps.length === 0) return cases.map(() => noLayers)
  const before = cases.map(({ relevance, layout }) => perPlace(relevance, layout))
  const found = cases.map(() => ({ magnitudes: [] as number[], signed: [] as number[] }))
  for (const { layers } of steps) {
    tools.signal?.throwIfAborted()
    const after = await tools.explainRandomised(cases, layers, tools.seed)
    for (const [i, relevance] of after.entries()) {
      const [was, is] = [before[i] as Float64Array, perPlace(relevance, (cases[i] as Case).layout)]
      found[i]?.magnitudes.push(rankCorrelation(was.map(Math.abs), is.map(Math.abs)) ?? 0)
      found[i]?.signed.push(rankCorrelation(was, is) ?? 0)
    }
  }
  const first = start ? [{ x: 0, y: 1 }] : []
  const curveOf = (values: readonly number[]) => ({
    x: [...first.map(({ x }) => x), ...steps.map(({ x }) => x)],
    y: [...first.map(({ y }) => y), ...values],
    xLabel,
    yLabel: 'rank correlation with R',
  })
  return found.map(({ magnitudes, signed }, i): Outcome => {
    const magnitudesBefore = (before[i] as Float64Array).map(Math.abs)
    if (rankCorrelation(magnitudesBefore, magnitudesBefore) === undefined) return constant
    return {
      value: mean(magnitudes),
      details: { signed: mean(signed), last: magnitudes.at(-1) as number },
      curves: { magnitudes: curveOf(magnitudes), signed: curveOf(signed) },
    }
  })
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
