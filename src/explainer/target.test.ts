/** Targets in the words of users. */

import { describe, expect, it } from 'vitest'
import { floats, modelOf, node } from '../../test/support/models.ts'
import { Explainer } from './explainer.ts'
import { fixedModeOf, modeOf, readTarget } from './target.ts'

const three = { classes: 3, labels: ['cat', 'dog:1', 'cow'] }

describe('a text', () => {
  it.each<[string, unknown]>([
    ['top', ['top']],
    ['2', ['2']],
    ['cat', ['cat']],
    ['dog:1', ['dog:1']],
    ['not:cat', { not: 'cat' }],
    ['conv:1', { layer: 'conv', neuron: [1] }],
    ['a:0/conv:1,2,3', { layer: 'a:0/conv', neuron: [1, 2, 3] }],
  ])('%s', (text, meaning) => {
    expect(readTarget(text, three)).toEqual(meaning)
  })

  it('is fixed at compile time, or chosen when the model runs', () => {
    const modes = (text: string) => [fixedModeOf(readTarget(text, three), three), modeOf(readTarget(text, three))]
    expect(modes('cow')).toEqual([2, 'input'])
    expect(modes('top2')).toEqual([-2, 'input'])
    expect(modes('not:cow')).toEqual([{ not: 2 }, { not: 'input' }])
    expect(fixedModeOf({ class: 'top', versus: 'input' }, three)).toEqual({ class: 'top', versus: 'input' })
    expect(() => fixedModeOf(['3'], three)).toThrow(/classes 0 to 2/)
  })
})

describe('a model with one output and two labels', () => {
  // f = x1 − 2·x2: the logit of "ham"; its negative is that of "spam".
  const model = modelOf({
    nodes: [node('Gemm', ['x', 'w'], 'z'), node('Sigmoid', ['z'], 'y')],
    inputs: { x: ['n', 2] },
    outputs: ['y'],
    constants: { w: floats([2, 1], [1, -2]) },
  })
  const loaded = { model, source: 'binary.onnx', path: undefined, byteLength: 0 }
  const input = { dims: [1, 2], data: Float32Array.of(1, 3) }

  it('explains the second by its logit, the first by its negative', async () => {
    const box = { low: 0, high: Number.POSITIVE_INFINITY }
    await using explainer = await Explainer.open(loaded, { labels: ['spam', 'ham'], box })
    const [ham, spam, against, first] = await explainer.explainAll(input, ['ham', 'spam', 'not:ham', 0])
    expect(ham?.samples[0]).toMatchObject({ logit: -5, target: { index: 0, label: 'ham' } })
    expect(ham?.samples[0]?.warnings[0]?.code).toBe('negative-logit')
    // −0 + 0 is 0: the sign of a zero says nothing.
    expect(Array.from(ham?.relevance.data ?? [], r => r + 0)).toEqual([-5, 0])
    // As one neuron of weights (−1, 2): the evidence for spam is x2.
    expect(spam?.samples[0]).toMatchObject({ logit: 5, target: { index: 0, label: 'spam' } })
    expect(Array.from(spam?.relevance.data ?? [])).toEqual([0, 5])
    expect(against?.relevance).toEqual(spam?.relevance)
    expect(first?.relevance).toEqual(ham?.relevance)
    await expect(explainer.explain(input, { target: { not: 'spam' } })).rejects.toThrow(
      /negative class .* explain not:ham/,
    )
    await expect(explainer.explain(input, { target: 'eggs' })).rejects.toThrow(/no such label/)
  })

  it('takes a functional when it runs, and refuses one of another length', async () => {
    await using explainer = await Explainer.open(loaded, { targets: [{ functional: [1] }] })
    const { samples } = await explainer.explain(input, { target: { functional: [-2] } })
    expect(samples[0]).toMatchObject({ logit: 10, target: { label: 'functional' } })
    await expect(explainer.explain(input, { target: { functional: [1, 2] } })).rejects.toThrow(
      /a functional is 1 finite/,
    )
  })
})
