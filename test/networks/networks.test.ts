/**
 * Every network family on disk: the explained model predicts what the model predicts, its relevance is what the definition
 * gives, nothing is lost that the audit does not name, and the peers agree.
 */

import { afterAll, describe, expect, it } from 'vitest'
import type { Model } from '../../src/core/0-graph/graph.ts'
import { decodeModel } from '../../src/core/1-codec/decode.ts'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { type LrpMethod, lrp } from '../../src/core/5-explain/lrp.ts'
import type { ExplanationNames } from '../../src/core/5-explain/outputs.ts'
import { type AuditCompileOptions, compileAudit } from '../../src/core/audit.ts'
import { compileModel } from '../../src/core/compile.ts'
import type { CompileOptions } from '../../src/core/emit.ts'
import type { Tensor } from '../../src/runtime/session.ts'
import { networkOf } from '../support/by-definition/network.ts'
import { ByDefinition, type Question } from '../support/by-definition/relevance.ts'
import { numbersAt } from '../support/by-definition/trace.ts'
import { oracle, relativeError, runtime } from '../support/models.ts'
import { type CaseFacts, coordinates, networkCase, networkNames } from '../support/network-cases.ts'

/** float32 against the framework's float32, other kernels and another order of sums: measured 8e-7 at most. */
const samePrediction = 1e-5
/** The framework's weights were not rounded to half precision, 11 bits, the file's were: measured 5e-4. */
const halfPrediction = 2e-3
/** float32 against float64, through some fifty layers, of the largest relevance: measured 1e-5 at most. */
const sameRelevance = 1e-4
/** Sums of float32 relevance, of the sum of magnitudes: measured 5e-7 at most. */
const closedBooks = 1e-5
/** How much more a peer may be off where its own float32 is. */
const float32Factor = 20
/** What another rule than the definition's changes at least: measured 0.2. */
const noticeable = 0.1

type Box = CaseFacts['box']

/** A case, ready to be explained. */
async function opened(name: string) {
  const one = networkCase(name)
  const model = await decodeModel(one.file, { source: name })
  const { inputs, initializers } = model.graph
  const input = inputs.find(info => !initializers.has(info.name) && !(info.name in one.others))?.name as string
  const feeds = { [input]: one.input, ...one.others }
  const network = await networkOf(one.file, input, feeds)
  const logits = numbersAt(network.trace, network.logits)
  const place = one.target ?? logits.data.indexOf(Math.max(...logits.data))
  // Of a map of classes, its largest number is explained, which is a neuron like others.
  const isRow = logits.dims.slice(2).every(dim => dim === 1)
  const target = isRow ? place : { layer: network.logits, neuron: coordinates(logits.dims, place) }
  const options = (box: Box) => ({
    input,
    shape: one.input.dims,
    target,
    ...(box && { box: { low: box[0], high: box[1] } }),
  })
  return { ...one, model, feeds, network, logits: Array.from(logits.data), place, options }
}

/** Compiles and runs an explanation; of the model's own outputs, those that are numbers. */
async function explain(model: Model, feeds: Readonly<Record<string, Tensor>>, options: CompileOptions) {
  const compiled = await compileModel(model, oracle, options)
  const [names] = compiled.names.explanations as readonly [ExplanationNames]
  const results = await fetched(compiled.model, feeds, [
    ...resultsOf(model),
    names.relevance,
    names.explainedLogit,
    names.explainedClass,
  ])
  const numbers = (name: string) => Array.from(results[name]?.data ?? [], Number)
  return {
    relevance: numbers(names.relevance),
    logit: numbers(names.explainedLogit),
    chosen: numbers(names.explainedClass),
    outputs: resultsOf(model).map(numbers),
  }
}

/** The outputs that hold numbers: no labels, no dictionaries. */
function resultsOf({ graph }: Model): readonly string[] {
  return graph.outputs.flatMap(({ name, type }) =>
    type?.dtype === 'float32' || type?.dtype === 'float16' ? [name] : [],
  )
}

async function fetched(model: Model, feeds: Readonly<Record<string, Tensor>>, names: readonly string[]) {
  if (names.length === 0) return {}
  const session = await runtime.open(encodeModel(model), { threads: 1 })
  try {
    const needed = Object.entries(feeds).filter(([input]) => session.inputs.has(input))
    return await session.run(Object.fromEntries(needed), names)
  } finally {
    await session.close()
  }
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
  let reference: ByDefinition | undefined
  const defined = async (box: Box, question: Partial<Question> = {}) => {
    const { network, place } = await opened(name)
    reference ??= new ByDefinition(network)
    return reference.explain({ target: place, box: box ?? undefined, ...question })
  }
  afterAll(() => {
    reference = undefined
  })

  it('predicts what it predicted, and what its framework does', async () => {
    const { model, feeds, network, options, output, logits, place, target } = await opened(name)
    const ours = await explain(model, feeds, options(facts.box))
    // The model's own run, as its file has it.
    for (const [i, result] of resultsOf(model).entries()) {
      const before = Array.from(numbersAt(network.trace, result).data)
      expect(relativeError(ours.outputs[i] as number[], before)).toBeLessThan(samePrediction)
    }
    expect(relativeError(ours.logit, [logits[place] as number])).toBeLessThan(samePrediction)
    if (target !== undefined) expect(ours.chosen).toEqual([target])
    const framework = formsOf(Array.from(output.data, Number))
    const errors = [...ours.outputs, logits].flatMap(y =>
      framework.flatMap(form => (form.length === y.length ? relativeError(y, form) : [])),
    )
    expect(Math.min(...errors)).toBeLessThan(isHalf(model) ? halfPrediction : samePrediction)
  })

  it.each(domainsOf(facts))('has the relevance that the definition gives (%s)', async (_, box) => {
    const { model, feeds, options } = await opened(name)
    const ours = await explain(model, feeds, options(box))
    const relevance = async (question: Partial<Question> = {}) =>
      perElement((await defined(box, question)).relevance.data, ours.relevance.length)
    const definition = await relevance()
    expect(relativeError(ours.relevance, definition)).toBeLessThan(sameRelevance)
    // A reference that could not tell rules apart would say nothing.
    const confused = [await relevance({ instead: () => 'w²' }), await relevance({ instead: () => 'z' })]
    expect(Math.max(...confused.map(wrong => relativeError(wrong, definition)))).toBeGreaterThan(noticeable)
  })

  it.each(domainsOf(facts))('keeps books that close (%s)', async (_, box) => {
    const { model, feeds, options } = await opened(name)
    const { logit, relevance, elsewhere, magnitude, negative, named, unnamed } = await audited(
      model,
      feeds,
      options(box),
    )
    const rounding = closedBooks * magnitude
    expect(Math.abs(logit - relevance - elsewhere - named - unnamed)).toBeLessThan(rounding)
    // What has no name went to constants beside activations, as a class token.
    expect(Math.abs(unnamed + elsewhere - (await defined(box)).elsewhere)).toBeLessThan(rounding)
    if (facts.biases === 'nonpositive') {
      expect(Math.abs(relevance - logit)).toBeLessThan(closedBooks * Math.abs(logit))
      expect(Math.abs(named)).toBeLessThan(closedBooks * Math.abs(logit))
      expect(logit).toBeGreaterThan(0)
      expect(-negative).toBeLessThan(rounding)
    }
  })

  it.each(Object.entries(facts.zennit ?? {}))('agrees with Zennit: %s', async (file, settings) => {
    const { model, feeds, options, reference } = await opened(name)
    const { method, bias, stabilizer, pooling, epsilon } = settings
    const ours = await explain(model, feeds, {
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

/** What may be made of the evidence that a framework gives: itself, its softmax, its sigmoid, two classes of one number. */
function formsOf(evidence: readonly number[]): readonly (readonly number[])[] {
  const most = Math.max(...evidence)
  const powers = evidence.map(z => Math.exp(z - most))
  const sum = powers.reduce((a, b) => a + b, 0)
  const sigmoids = evidence.map(z => 1 / (1 + Math.exp(-z)))
  const [z = 0, p = 0] = [evidence[0], sigmoids[0]]
  const ofTwo =
    evidence.length === 1
      ? [
          [1 - p, p],
          [-z, z],
        ]
      : []
  return [evidence, powers.map(power => power / sum), sigmoids, ...ofTwo]
}

/** Whether a file's weights are of half precision. */
function isHalf({ graph }: Model): boolean {
  return [...graph.initializers.values()].some(({ dtype }) => dtype === 'float16')
}

/** The relevance of a token is that of its row. */
function perElement(relevance: Float64Array, count: number): number[] {
  const width = relevance.length / count
  return Array.from({ length: count }, (_, i) =>
    relevance.subarray(i * width, (i + 1) * width).reduce((sum, value) => sum + value, 0),
  )
}

/** What the audit says of one explanation: what is lost by name, and what is not. */
async function audited(model: Model, feeds: Readonly<Record<string, Tensor>>, options: AuditCompileOptions) {
  const { model: books, columns, names } = await compileAudit(model, oracle, options)
  const sums = (await fetched(books, feeds, [names.sums]))[names.sums]?.data ?? []
  const total = (...stats: readonly string[]) =>
    columns.reduce((sum, { stat }, i) => (stats.includes(stat) ? sum + Number(sums[i]) : sum), 0)
  const named = total('bias', 'unsupported', 'stabilizer')
  return {
    logit: total('logit'),
    relevance: total('relevance'),
    elsewhere: total('elsewhere'),
    magnitude: total('relevanceMagnitude'),
    negative: total('relevanceNegative'),
    named,
    unnamed: total('received') - total('sent') - named,
  }
}
