/** Cases for measures that look at relevance alone: numbers in, one outcome out. */

import type { Case, Measure, Outcome, Tools } from '../../src/evaluate/measure.ts'
import { Random } from '../../src/evaluate/random.ts'

/** What a test says of a case; the rest does not matter to it. */
export interface CaseParts {
  /** Sizes of the axes of places. */
  readonly spatial: readonly number[]
  /** Channel after channel. */
  readonly relevance: ArrayLike<number>
  readonly truth?: ArrayLike<number>
  readonly logit?: number
  readonly promised?: number
}

/** A case, channels first. */
export function caseOf({ spatial, relevance, truth, logit = 1, promised }: CaseParts): Case {
  const places = spatial.reduce((product, size) => product * size, 1)
  const channels = relevance.length / places
  const dims = [1, ...(channels > 1 ? [channels] : []), ...spatial]
  const data = Float32Array.from(relevance)
  return {
    id: 'case',
    input: { dims, data: new Float32Array(data.length) },
    layout: { spatial, channels, channelsLast: false },
    relevance: { dims, data },
    target: 0,
    score: logit,
    logit,
    relevanceSum: data.reduce((sum, own) => sum + own, 0),
    promised,
    truth: truth && Uint8Array.from(truth),
    random: purpose => new Random(0, purpose),
  }
}

const refuse = () => {
  throw new Error('this measure asks nothing of the model')
}

/** Tools of a run without a model. */
const tools: Tools = {
  box: undefined,
  score: refuse,
  explain: refuse,
  classes: 1,
  layers: [],
  explainRandomised: refuse,
  seed: 0,
  signal: undefined,
}

/** What one of the measures says of a case. */
export async function outcomeOf(measures: readonly Measure[], name: string, parts: CaseParts): Promise<Outcome> {
  const measure = measures.find(one => one.name === name)
  if (!measure) throw new Error(`no measure is called ${name}`)
  const [outcome] = await measure.evaluate([caseOf(parts)], tools)
  return outcome as Outcome
}

/** Its value. */
export async function measuredBy(measures: readonly Measure[], name: string, parts: CaseParts): Promise<number | null> {
  return (await outcomeOf(measures, name, parts)).value
}
