/**
 * Every network family on disk: the explained model predicts what the model predicts, its relevance is what the definition
 * gives, nothing is lost that the audit does not name, and the peers agree.
 */

import { afterAll, describe, expect, it } from 'vitest'
import { decodeModel } from '../../src/core/1-codec/decode.ts'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { type LrpMethod, lrp } from '../../src/core/5-explain/lrp.ts'
import { compileAudit } from '../../src/core/audit.ts'
import type { Tensor } from '../../src/runtime/session.ts'
import { networkOf } from '../support/by-definition/network.ts'
import { ByDefinition, type Question } from '../support/by-definition/relevance.ts'
import { numbersAt } from '../support/by-definition/trace.ts'
import { explained, oracle, relativeError, run, runtime } from '../support/models.ts'
import { type CaseFacts, networkCase, networkNames } from '../support/network-cases.ts'

/** float32 against the framework's float32, other kernels and another order of sums: measured 2e-6 at most. */
const samePrediction = 1e-5
/** float32 against float64, through some fifty layers, of the largest relevance: measured 2e-6 at most. */
const sameRelevance = 1e-4
/** Sums of float32 relevance, of the sum of magnitudes. */
const closedBooks = 1e-5
/** How much more a peer may be off where its own float32 is. */
const float32Factor = 20
/** What a rule that is not the definition's changes at least. */
const noticeable = 1e-3

type Box = CaseFacts['box']

/** A case, ready to be explained. */
async function opened(name: string) {
  const one = networkCase(name)
  const model = await decodeModel(one.file, { source: name })
  const { inputs, outputs, initializers } = model.graph
  const input = inputs.find(info => !initializers.has(info.name) && !(info.name in one.others))?.name as string
  const result = outputs[0]?.name as string
  const largest = Array.from(one.output.data, Number).reduce((best, y, i, all) => (y > Number(all[best]) ? i : best), 0)
  const place = one.target ?? largest
  const options = (box: Box) => ({
    input,
    shape: one.input.dims,
    // Of a map of classes, its largest number is explained, which is a neuron like others.
    target: isRow(one.output) ? place : { layer: result, neuron: coordinates(one.output.dims, place) },
    ...(box && { box: { low: box[0], high: box[1] } }),
  })
  return { ...one, model, input, result, feeds: { [input]: one.input, ...one.others }, place, options }
}

/** One row of classes. */
function isRow({ dims }: Tensor): boolean {
  return dims.slice(2).every(dim => dim === 1)
}

/** Where the element of a number is, but for the sample's place. */
function coordinates(dims: readonly number[], place: number): number[] {
  let rest = place
  return dims
    .slice(1)
    .reverse()
    .map(dim => {
      const at = rest % dim
      rest = (rest - at) / dim
      return at
    })
    .reverse()
}

/** A case is explained in its box, and with no box, which calls for other rules. */
function domainsOf({ box }: CaseFacts): (readonly [string, Box])[] {
  return [...(box ? ([[`in ${box.join('…')}`, box]] as const) : []), ['of any value', null]]
}

it('are on disk', () => {
  expect(networkNames().length).toBeGreaterThan(0)
})

describe.each(networkNames())('%s', name => {
  const { facts } = networkCase(name)
  // Matrices are found once for all questions, and given up with the case.
  let reference: Promise<ByDefinition> | undefined
  const defined = async (box: Box, question: Partial<Question> = {}) => {
    const { file, input, feeds, place } = await opened(name)
    reference ??= networkOf(file, input, feeds).then(network => new ByDefinition(network))
    return (await reference).explain({ target: place, box: box ?? undefined, ...question })
  }
  afterAll(() => {
    reference = undefined
  })

  it('predicts what it predicted, and what its framework does', async () => {
    const { model, file, input, feeds, options, output, result, place, target } = await opened(name)
    const { all, logit, chosen } = await explained(model, feeds, options(facts.box))
    const [ours, plain] = [all[result]?.data as number[], (await run(model, feeds, { optimize: 'none' }))[result]?.data]
    expect(relativeError(ours, plain as number[])).toBeLessThan(samePrediction)
    // The framework's output is the model's, or the logits that its Softmax reads.
    const network = await networkOf(file, input, feeds)
    const logits = Array.from(numbersAt(network.trace, network.logits).data)
    const framework = Array.from(output.data, Number)
    expect(Math.min(...[ours, logits].map(y => relativeError(y, framework)))).toBeLessThan(samePrediction)
    expect(relativeError(logit, [logits[place] as number])).toBeLessThan(samePrediction)
    if (target !== undefined) expect(chosen).toEqual([target])
  })

  it.each(domainsOf(facts))('has the relevance that the definition gives (%s)', async (_, box) => {
    const { model, feeds, options } = await opened(name)
    const ours = await explained(model, feeds, options(box))
    const relevance = async (question: Partial<Question> = {}) =>
      perElement((await defined(box, question)).relevance.data, ours.relevance.length)
    const definition = await relevance()
    expect(relativeError(ours.relevance, definition)).toBeLessThan(sameRelevance)
    // A reference that could not tell rules apart would say nothing.
    expect(relativeError(await relevance({ instead: () => 'w²' }), definition)).toBeGreaterThan(noticeable)
    expect(relativeError(await relevance({ instead: () => 'z' }), definition)).toBeGreaterThan(noticeable)
  })

  it.each(domainsOf(facts))('keeps books that close (%s)', async (_, box) => {
    const { model, feeds, options } = await opened(name)
    const { logit, relevance, magnitude, named, unnamed } = await audited(model, feeds, options(box))
    const rounding = closedBooks * magnitude
    expect(Math.abs(logit - relevance - named - unnamed)).toBeLessThan(rounding)
    // What has no name went to other inputs, or to constants beside activations, as a class token.
    expect(Math.abs(unnamed - (await defined(box)).elsewhere)).toBeLessThan(rounding)
    if (facts.biases === 'nonpositive') {
      expect(Math.abs(relevance - logit)).toBeLessThan(closedBooks * Math.abs(logit))
      expect(Math.abs(named)).toBeLessThan(closedBooks * Math.abs(logit))
    }
  })

  it.each(Object.entries(facts.zennit ?? {}))('agrees with Zennit: %s', async (file, settings) => {
    const { model, feeds, options, reference } = await opened(name)
    const { method, bias, stabilizer, pooling, epsilon } = settings
    const ours = await explained(model, feeds, {
      ...options(facts.box),
      method: lrp(method as LrpMethod, {
        ...(bias !== undefined && { bias }),
        ...(stabilizer !== undefined && { stabilizer }),
        ...(pooling !== undefined && { pooling }),
        ...(epsilon !== undefined && { epsilon }),
      }),
    })
    const allowed = Math.max(sameRelevance, float32Factor * (facts.float32?.[file] ?? 0))
    expect(relativeError(ours.relevance, reference(file))).toBeLessThan(allowed)
  })
})

/** The relevance of a token is that of its row. */
function perElement(relevance: Float64Array, count: number): number[] {
  const width = relevance.length / count
  return Array.from({ length: count }, (_, i) =>
    relevance.subarray(i * width, (i + 1) * width).reduce((sum, value) => sum + value, 0),
  )
}

/** What the audit says of one explanation: what is lost by name, and what is not. */
async function audited(
  model: Parameters<typeof compileAudit>[0],
  feeds: Parameters<typeof run>[1],
  options: Parameters<typeof compileAudit>[2],
) {
  const { model: books, columns, names } = await compileAudit(model, oracle, options)
  const session = await runtime.open(encodeModel(books))
  try {
    const needed = Object.fromEntries(Object.entries(feeds).filter(([input]) => session.inputs.has(input)))
    const { [names.sums]: sums } = await session.run(needed, [names.sums])
    const total = (stats: readonly string[], isStep: boolean) =>
      columns.reduce(
        (sum, { stat, step }, i) =>
          stats.includes(stat) && (step !== undefined) === isStep ? sum + Number(sums?.data[i]) : sum,
        0,
      )
    const named = total(['bias', 'unsupported', 'stabilizer'], true)
    return {
      logit: total(['logit'], false),
      relevance: total(['relevance'], false),
      magnitude: total(['relevanceMagnitude'], false),
      named,
      unnamed: total(['received'], true) - total(['sent'], true) - named,
    }
  } finally {
    await session.close()
  }
}
