/** Pixel flipping of one input by one method: the measure of `src/evaluate`, lent this worker's sessions, and watched step by step. */

import { faithfulness } from '../../../../src/evaluate/faithfulness/faithfulness.ts'
import { partitionOf } from '../../../../src/evaluate/faithfulness/regions.ts'
import { layoutOf } from '../../../../src/evaluate/layout.ts'
import type { Case, Measure, Tools } from '../../../../src/evaluate/measure.ts'
import { Random } from '../../../../src/evaluate/random.ts'
import { type FurtherInputs, rowsOf } from '../../../../src/explainer/further-inputs.ts'
import type { FloatTensor, InputBox, SampleExplanation, Scorer } from '../../../../src/web.ts'
import { breathe, type Handler } from '../context.ts'
import type { FlipRequest } from '../protocol.ts'

/** Copies per run: few, so that the curve grows and a cancellation is heard. */
const copiesAtOnce = 8

/** Removes regions by relevance, in both orders. */
export const flip: Handler<'flip'> = async (request, { host, signal, progress }) => {
  const { name, target, companions, steps, channelAxis } = request
  progress({ words: `Pixel flipping of ${name}: opening ${request.method}` })
  const [explainer, scorer] = [await host.explainer(request), await host.scorer(request.model)]
  const options = { name, target, ...(companions && { companions }), signal }
  const { relevance, samples } = await explainer.explain(request.input, options)
  const input = { dims: relevance.dims, data: request.input.data }
  const layout = layoutOf(input.dims, channelAxis)
  const perOrder = Math.min(steps, partitionOf(layout).count)
  const curves: readonly [number[], number[]] = [[], []]
  const lent = new LentScorer(scorer, request, signal)
  const sample = samples[0] as SampleExplanation
  const score = (await lent.score(input, sample.target.index))[0] as number
  const watched = async (batch: FloatTensor, wanted: number): Promise<Float32Array> => {
    const scores = new Float32Array(batch.dims[0] as number)
    for (let from = 0; from < scores.length; from += copiesAtOnce) {
      const part = rowsOf(batch, from, Math.min(scores.length, from + copiesAtOnce))
      const found = await lent.score(part, wanted)
      scores.set(found, from)
      // The measure asks for the most relevant first, and when that is done for the least.
      for (const one of found) curves[curves[0].length < perOrder ? 0 : 1].push(one)
      const done = curves[0].length + curves[1].length
      progress({
        words: `Pixel flipping of ${name} by ${request.method}`,
        done,
        total: 2 * perOrder,
        curves: { start: score, steps: perOrder, most: curves[0], least: curves[1] },
      })
      await breathe(signal)
    }
    return scores
  }
  const of: Case = {
    id: name,
    input,
    layout,
    relevance,
    target: sample.target.index,
    score,
    logit: sample.logit,
    relevanceSum: sample.relevanceSum,
    promised: undefined,
    truth: undefined,
    random: purpose => new Random(request.seed, `${name} ${purpose}`),
  }
  const [outcome] = await measureFor(request).evaluate([of], {
    ...refusing,
    box: channelBox(request.box, layout.channels),
    score: (_, batch, wanted = of.target) => watched(batch, wanted),
    classes: scorer.classes,
    seed: request.seed,
    signal,
  })
  const { value = null, curves: found = {}, details = {} } = outcome && outcome.value !== null ? outcome : {}
  const [most, least] = [found['most relevant first'], found['least relevant first']]
  if (value === null || !most || !least) throw new Error(`${name}: pixel flipping gives no curve`)
  return {
    target: sample.target,
    most: value,
    least: details['AOPC, least relevant first'] as number,
    between: details['area between curves'] as number,
    curves: { most, least },
  }
}

function measureFor({ steps, replacement, token }: FlipRequest): Measure {
  const options = { steps, replacement, ...(token !== undefined && { replacementToken: token }) }
  return faithfulness(options).find(({ name }) => name === 'pixel-flipping') as Measure
}

/** What this measure never asks for. */
const refused = () => Promise.reject(new Error('pixel flipping asks for scores alone'))
const refusing: Pick<Tools, 'explain' | 'explainRandomised' | 'layers'> = {
  explain: refused,
  explainRandomised: refused,
  layers: [],
}

/** The scores of one class, of copies that share what comes along with the input. */
class LentScorer {
  readonly #scorer: Scorer
  readonly #request: FlipRequest
  readonly #signal: AbortSignal

  constructor(scorer: Scorer, request: FlipRequest, signal: AbortSignal) {
    this.#scorer = scorer
    this.#request = request
    this.#signal = signal
  }

  async score(batch: FloatTensor, target: number): Promise<Float32Array> {
    const { name, score } = this.#request
    const [count = 1] = batch.dims
    const { classes, ...tables } = await this.#scorer.score(batch, {
      name,
      signal: this.#signal,
      ...companionsFor(this.#request.companions, count),
    })
    const table = score === 'logit' ? tables.logits : tables.probabilities
    return Float32Array.from({ length: count }, (_, i) => table[i * classes + target] as number)
  }
}

/** The same for every copy. */
function companionsFor(companions: FurtherInputs['companions'] = {}, count: number): FurtherInputs {
  const repeated = Object.entries(companions).map(([kind, { dims, data }]) => {
    const many = new Float32Array(data.length * count)
    for (let i = 0; i < count; i++) many.set(data, i * data.length)
    return [kind, { dims: [count, ...dims.slice(1)], data: many }]
  })
  return repeated.length > 0 ? { companions: Object.fromEntries(repeated) } : {}
}

/** Bounds by channel; undefined where they are not known, or no channel's own. */
function channelBox(box: InputBox | undefined, channels: number): Tools['box'] {
  if (!box) return undefined
  const bound = (side: InputBox['low']) => (typeof side === 'number' ? Array<number>(channels).fill(side) : side)
  const [low, high] = [bound(box.low), bound(box.high)]
  return [...low, ...high].every(Number.isFinite) ? { low, high } : undefined
}
