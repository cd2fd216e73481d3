/** Sums of both signs, element by element against the rule written down: whatever form their relevance arrives in, and where they are exactly 0. */

import { expect, it } from 'vitest'
import { factsOf, modelOf, node, Random, run, tensor } from '../../../test/support/models.ts'
import { GraphBuilder } from '../0-graph/builder.ts'
import { operatorOf } from '../3-operators/table.ts'
import { redistribute, type Shared } from './redistribute.ts'
import { type Share, whole } from './relevance.ts'
import { zOwnSign } from './rules.ts'

const dims = [1, 300]
/** One division and a few products in float32. */
const digits = 5

type Form = (b: GraphBuilder) => Share
const halves = (b: GraphBuilder) => {
  const above = b.op('Relu', ['y'], {}, 'above')
  return [above, b.op('Sub', ['y', above], {}, 'below')] as const
}

/** How the relevance of y arrives, of the inputs p and q, and what it is in numbers. */
const forms: Readonly<Record<string, readonly [form: Form, relevance: (y: number, p: number, q: number) => number]>> = {
  'of no form': [() => [{ factor: 'p' }], (_, p) => p],
  'a multiple': [() => [{ of: 'y', factor: 'p' }], (y, p) => y * p],
  'multiples of both halves': [
    b => [
      { of: halves(b)[0], factor: 'p' },
      { of: halves(b)[1], factor: 'q' },
    ],
    (y, p, q) => y * (y > 0 ? p : q),
  ],
  'a multiple of one half': [b => [{ of: halves(b)[1], factor: 'q' }], (y, _, q) => Math.min(0, y) * q],
  'a sum of forms': [
    b => [{ of: 'y', factor: 'p' }, { of: halves(b)[0], factor: 'q' }, { factor: 'p' }],
    (y, p, q) => y * p + Math.max(0, y) * q + p,
  ],
}

it.each(Object.keys(forms).flatMap(name => [[name, 'plainly'] as const, [name, 'while books are kept'] as const]))(
  '%s is shared %s',
  async (name, how) => {
    const [form, relevance] = forms[name] as (typeof forms)[string]
    const random = new Random(7)
    const add = node('Add', ['a', 'c'], 'y')
    const model = modelOf({ nodes: [add], inputs: { a: dims, c: dims }, outputs: ['y'] })
    const b = new GraphBuilder(model.graph)
    const operator = operatorOf('Add', '')
    if (operator?.kind !== 'linear') throw new Error('a linear operator was expected')
    const told: Shared[] = []
    const shares = redistribute(zOwnSign, {
      b,
      branches: operator.branches(add, { ...(await factsOf(model, 'a', 'y')), active: new Set(['a', 'c', 'y']), b }),
      relevance: form(b),
      bias: undefined,
      output: 'y',
      stabilizer: 0,
      observe: how === 'plainly' ? undefined : shared => told.push(shared),
      boundsOf: () => ({ low: 'a', high: 'a' }),
      presenceOf: () => 'a',
      isNonNegative: () => false,
    })
    const outputs = shares.map(share => ({ name: whole(b, share as Share), type: undefined }))
    const inputs = ['p', 'q'].map(input => ({ name: input, type: { dtype: 'float32', dims } }) as const)
    const [a, c, p, q] = ['a', 'c', 'p', 'q'].map(() =>
      Array.from({ length: 300 }, () => random.pick([-2, -1, 0, 1, 2])),
    )
    const feeds = Object.fromEntries(
      Object.entries({ a, c, p, q }).map(([key, list]) => [key, tensor(dims, list ?? [])]),
    )
    const results = await run({ ...model, graph: b.appendTo(model.graph, outputs, inputs) }, feeds)
    const expected = (own: readonly number[] = []) =>
      own.map((value, i) => {
        const [x, z] = [a?.[i] as number, c?.[i] as number]
        const y = x + z
        const part = (v: number) => (v * y > 0 ? v : 0)
        return y === 0 ? 0 : (part(value) / (part(x) + part(z))) * relevance(y, p?.[i] as number, q?.[i] as number)
      })
    for (const [i, own] of [a, c].entries()) {
      const ours = results[outputs[i]?.name ?? '']?.data as Iterable<number>
      for (const [j, value] of expected(own).entries()) expect([...ours][j], `element ${j}`).toBeCloseTo(value, digits)
    }
    if (how !== 'plainly') expect(told.length).toBeGreaterThan(0)
  },
)
