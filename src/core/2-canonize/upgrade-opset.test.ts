/** Old models lifted to the floor opset compute what they computed; those that cannot be lifted are refused by name. */

import { describe, expect, it } from 'vitest'
import { floats, ints, modelOf, node, type Parts, Random } from '../../../test/support/models.ts'
import { expectSameFunction } from '../../../test/support/passes.ts'
import { float } from '../0-graph/builder.ts'
import { print } from '../0-graph/print.ts'
import { verify } from '../0-graph/verify.ts'
import { DeepTaylorError } from '../diagnostics.ts'
import { floorOpset, upgradeOpset } from './upgrade-opset.ts'

const random = new Random(7)
const statistics = {
  scale: random.constant([3]),
  shift: random.constant([3]),
  mean: random.constant([3]),
  variance: random.constant([3], 0.5, 2),
}
const x = { x: ['n', 3, 4, 5] } as const
const one = (...nodes: ReturnType<typeof node>[]): Parts => ({ nodes, inputs: x, outputs: ['y'] })

/** Every operator whose form changed between 7 and 13, and the opsets of its old forms. */
const cases: Readonly<Record<string, readonly [opsets: readonly number[], parts: Parts]>> = {
  BatchNormalization: [
    [7, 8, 9, 12],
    { ...one(node('BatchNormalization', ['x', ...Object.keys(statistics)], 'y')), constants: statistics },
  ],
  'BatchNormalization with spatial=1': [
    [7, 8],
    {
      ...one(node('BatchNormalization', ['x', ...Object.keys(statistics)], 'y', { spatial: 1 })),
      constants: statistics,
    },
  ],
  'Clip on both sides': [[7, 10], one(node('Clip', ['x'], 'y', { min: float(-0.25), max: float(0.5) }))],
  'Clip from above': [[7, 10], one(node('Clip', ['x'], 'y', { max: float(0.5) }))],
  'Clip from below': [[7, 10], one(node('Clip', ['x'], 'y', { min: float(0) }))],
  'Clip without bounds': [[7, 10], one(node('Clip', ['x'], 'y'))],
  'Clip of inputs': [
    [11, 12],
    { ...one(node('Clip', ['x', '', 'high'], 'y')), constants: { high: floats([], [0.5]) } },
  ],
  Dropout: [[7, 9, 10, 11], one(node('Dropout', ['x'], 'y', { ratio: float(0.4) }))],
  'Softmax over channels and pixels together': [[7, 9, 11, 12], one(node('Softmax', ['x'], 'y', { axis: 1 }))],
  'Softmax of its default axis': [[7, 11], one(node('Softmax', ['x'], 'y'))],
  'Softmax of a negative axis': [[11, 12], one(node('Softmax', ['x'], 'y', { axis: -2 }))],
  LogSoftmax: [[7, 12], one(node('LogSoftmax', ['x'], 'y', { axis: 2 }))],
  Pad: [[7, 10], one(node('Pad', ['x'], 'y', { pads: [0, 0, 1, 2, 0, 1, 0, 3] }))],
  'Pad with a value': [[7, 10], one(node('Pad', ['x'], 'y', { pads: [0, 0, 1, 2, 0, 0, 0, 0], value: float(1.5) }))],
  'Pad by reflection': [[7, 10], one(node('Pad', ['x'], 'y', { pads: [0, 0, 1, 2, 0, 0, 2, 1], mode: 'reflect' }))],
  ReduceSum: [[7, 11, 12], one(node('ReduceSum', ['x'], 'y', { axes: [1, 3], keepdims: 0 }))],
  'ReduceSum of everything': [[7, 12], one(node('ReduceSum', ['x'], 'y'))],
  ReduceMean: [[7, 12], one(node('ReduceMean', ['x'], 'y', { axes: [2, 3] }))],
  Slice: [[7, 9], one(node('Slice', ['x'], 'y', { starts: [1, -3], ends: [2 ** 40, -1], axes: [2, 3] }))],
  'Slice without axes': [[7, 9], one(node('Slice', ['x'], 'y', { starts: [0, 1], ends: [1, 3] }))],
  'Slice of inputs': [
    [10, 12],
    {
      ...one(node('Slice', ['x', 'starts', 'ends', 'axes', 'steps'], 'y')),
      constants: { starts: ints([-1]), ends: ints([-5]), axes: ints([3]), steps: ints([-2]) },
    },
  ],
  Split: [
    [7, 11, 12],
    { nodes: [node('Split', ['x'], ['y', 'z'], { axis: 3, split: [2, 3] })], inputs: x, outputs: ['y', 'z'] },
  ],
  'Split into equal parts': [
    [7, 12],
    { nodes: [node('Split', ['x'], ['y', 'z'], { axis: 2 })], inputs: x, outputs: ['y', 'z'] },
  ],
  Squeeze: [
    [7, 11, 12],
    { nodes: [node('Squeeze', ['x'], 'y', { axes: [1, 3] })], inputs: { x: ['n', 1, 4, 1] }, outputs: ['y'] },
  ],
  'Squeeze of whatever is 1': [
    [7, 12],
    { nodes: [node('Squeeze', ['x'], 'y')], inputs: { x: [2, 1, 4, 1] }, outputs: ['y'] },
  ],
  Unsqueeze: [[7, 12], one(node('Unsqueeze', ['x'], 'y', { axes: [0, 3] }))],
}

describe('upgradeOpset', () => {
  const all = Object.entries(cases).flatMap(([name, [opsets]]) => opsets.map(opset => [name, opset] as const))

  it.each(all)('%s of opset %d computes the same', async (name, opset) => {
    const [, parts] = cases[name] as (typeof cases)[string]
    const model = modelOf({ ...parts, opset, irVersion: 3 + (opset > 8 ? 1 : 0) })
    const upgraded = upgradeOpset(model)
    expect(upgraded.opsets.get('')).toBe(floorOpset)
    expect(upgraded.irVersion).toBe(7)
    expect(verify(upgraded.graph)).toEqual([])
    await expectSameFunction(model, upgraded)
  })

  it('writes what were attributes as constants', () => {
    const nodes = [
      node('Slice', ['x'], 's', { starts: [1], ends: [3], axes: [2] }),
      node('Clip', ['s'], 'c', { max: float(6) }),
      node('Softmax', ['c'], 'y', { axis: 1 }),
    ]
    const model = modelOf({ nodes, inputs: x, outputs: ['y'], opset: 9 })
    expect(print(upgradeOpset(model).graph)).toMatchInlineSnapshot(`
      "inputs   x: float32[n,3,4,5]
      constant deeptaylor/int_1: int64[1]
      constant deeptaylor/int_3: int64[1]
      constant deeptaylor/int_2: int64[1]
      constant deeptaylor/float_6: float32[]
      s = Slice(x, deeptaylor/int_1, deeptaylor/int_3, deeptaylor/int_2)
      c = Clip(s, _, deeptaylor/float_6)
      Softmax:y/flat = Flatten(c) {axis=1}
      Softmax:y/normalised = Softmax(Softmax:y/flat) {axis=-1}
      Softmax:y/shape = Shape(c)
      y = Reshape(Softmax:y/normalised, Softmax:y/shape)
      outputs  y"
    `)
  })

  it('leaves newer models as they are', () => {
    const model = modelOf({ ...one(node('Softmax', ['x'], 'y', { axis: 1 })), opset: 17 })
    expect(upgradeOpset(model).graph).toBe(model.graph)
    expect(upgradeOpset(model).opsets.get('')).toBe(17)
  })

  it('names every node that changed its meaning', () => {
    const model = modelOf({
      ...one(
        node('Scatter', ['x'], 'u'),
        node('BatchNormalization', ['u', ...Object.keys(statistics)], 'y', { spatial: 0 }),
      ),
      constants: statistics,
      opset: 8,
    })
    expect(() => upgradeOpset(model)).toThrow(
      /these 2 nodes: Scatter "Scatter:u" .*BatchNormalization "BatchNormalization:y"/,
    )
  })

  it.each([1, 6, 26, 100])('refuses opset %d', opset => {
    const model = modelOf({ ...one(node('Relu', ['x'], 'y')), opset })
    expect(() => upgradeOpset(model)).toThrow(DeepTaylorError)
    expect(() => upgradeOpset(model)).toThrow(`opset ${opset}`)
  })

  it('refuses a model without the operators of ONNX', () => {
    const model = modelOf(one(node('Relu', ['x'], 'y')))
    expect(() => upgradeOpset({ ...model, opsets: new Map([['com.example', 1]]) })).toThrow(DeepTaylorError)
  })
})
