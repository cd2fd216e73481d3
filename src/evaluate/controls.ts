/** Heatmaps that know everything or nothing. What a measure gives them tells how to read what it gives methods. */

import { aboutInput, type CaseOptions, type ReadInput } from './cases.ts'
import { offsetOf, placesOf } from './layout.ts'
import type { Case, Measure, MeasureGroup, Outcome, Tools } from './measure.ts'

/**
 * The controls: `mask` is the ground truth itself, 1 inside and 0 outside; `constant` the same everywhere; `noise` normal and
 * independent at every place. Each lies in the first channel of a place, so that sums over channels are what is stated.
 */
export const controlNames = ['mask', 'constant', 'noise'] as const

/** One of them. */
export type ControlName = (typeof controlNames)[number]

/** What controls are measured by: the other questions are about how an explanation is made, and these are not made of a model. */
const groups: readonly MeasureGroup[] = ['faithfulness', 'localisation', 'complexity']

/** A control as the case of an input; undefined for the mask of an input without ground truth. */
export function controlCase(
  control: ControlName,
  input: ReadInput<unknown>,
  options: Pick<CaseOptions, 'score' | 'seed'>,
): Case | undefined {
  const { tensor, layout, truth, logits, target } = input
  if (control === 'mask' && !truth) return undefined
  const about = aboutInput(input, options)
  const random = about.random('control')
  const values: Readonly<Record<ControlName, (place: number) => number>> = {
    mask: place => truth?.[place] ?? 0,
    constant: () => 1,
    noise: () => random.normal(),
  }
  const data = new Float32Array(tensor.data.length)
  let relevanceSum = 0
  for (let place = 0; place < placesOf(layout); place++) {
    const value = values[control](place)
    data[offsetOf(layout, place, 0)] = value
    relevanceSum += value
  }
  const relevance = { dims: tensor.dims, data }
  return { ...about, relevance, logit: logits[target] as number, relevanceSum, promised: undefined }
}

/** Tools without a method: a control has nothing to explain again. */
export function controlTools(tools: Tools): Tools {
  const none = () => {
    throw new Error('a control was asked for an explanation')
  }
  return { ...tools, explain: none, explainRandomised: none }
}

/** Why a measure says nothing of controls; undefined for those that do. */
export function saysNothingOf({ group }: Measure): Outcome | undefined {
  return groups.includes(group)
    ? undefined
    : { value: null, why: 'it asks how an explanation is made, and a control is made of no model' }
}
