/** One contract, every runtime: ONNX Runtime's native and WebAssembly builds behave alike behind the interface. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeModel } from '../src/core/1-codec/encode.ts'
import { Explainer } from '../src/explainer/explainer.ts'
import { loadModel } from '../src/explainer/load-model.ts'
import { decodeNpy, floatsOf } from '../src/inputs/npy.ts'
import { nodeRuntime } from '../src/runtime/node.ts'
import { oracleOf } from '../src/runtime/oracle.ts'
import { floats, modelOf, node, relativeError, tensor } from './support/models.ts'

const cases = join(import.meta.dirname, 'conformance/cases')
/** Two builds of one runtime add in different orders. */
const agreement = 1e-4

const doubling = modelOf({
  nodes: [node('Mul', ['x', 'two'], 'y')],
  inputs: { x: ['n', 3] },
  outputs: ['y'],
  constants: { two: floats([], [2]) },
})

describe.each(['native', 'wasm'] as const)('%s', choice => {
  it('says what it is', async () => {
    expect((await nodeRuntime(choice)).name).toMatch(choice === 'native' ? /onnxruntime-node/ : /wasm/)
  })

  it('tells inputs and outputs, runs, and gives back the outputs that are asked for', async () => {
    const session = await (await nodeRuntime(choice)).open(encodeModel(doubling))
    expect(session.inputs.get('x')).toEqual({ dtype: 'float32', dims: ['n', 3] })
    expect(session.outputs.get('y')).toEqual({ dtype: 'float32', dims: ['n', 3] })
    const { y } = await session.run({ x: tensor([2, 3], [1, 2, 3, 4, 5, 6]) }, ['y'])
    expect(y).toMatchObject({ dtype: 'float32', dims: [2, 3] })
    expect(Array.from(y?.data ?? [], Number)).toEqual([2, 4, 6, 8, 10, 12])
    await session.close()
  })

  it('throws typed errors for what is no model and for inputs that do not fit', async () => {
    const runtime = await nodeRuntime(choice)
    await expect(runtime.open(new Uint8Array([1, 2, 3]))).rejects.toMatchObject({ code: 'runtime-failed' })
    const session = await runtime.open(encodeModel(doubling))
    await expect(session.run({ x: tensor([1, 2], [1, 2]) })).rejects.toMatchObject({ code: 'runtime-failed' })
    await session.close()
  })

  it('answers the compiler: shapes and values', async () => {
    const oracle = oracleOf(await nodeRuntime(choice))
    expect((await oracle.shapes(encodeModel(doubling))).get('y')?.dims).toEqual(['n', 3])
    const constant = modelOf({
      nodes: [node('Add', ['a', 'a'], 'y')],
      inputs: {},
      outputs: ['y'],
      constants: { a: floats([2], [1, 2]) },
    })
    const y = (await oracle.evaluate(encodeModel(constant))).get('y')
    expect(Array.from(new Float32Array(y?.bytes.slice().buffer as ArrayBuffer))).toEqual([2, 4])
  })

  it('tells sizes that nobody can know as free ones', async () => {
    const rows = modelOf({
      nodes: [node('NonZero', ['x'], 'places'), node('Cast', ['places'], 'y', { to: 1 })],
      inputs: { x: ['n', 3] },
      outputs: ['y'],
    })
    const session = await (await nodeRuntime(choice)).open(encodeModel(rows))
    expect(session.outputs.get('y')?.dims).toEqual([2, expect.any(String)])
    await session.close()
  })

  it('explains a network whose sizes are computed as it runs', async () => {
    const swin = join(import.meta.dirname, 'networks/cases/swin')
    const input = floatsOf(decodeNpy(readFileSync(join(swin, 'input.npy')), 'input.npy'), 'input.npy')
    await using native = await Explainer.open(await loadModel(join(swin, 'model.onnx')))
    await using explainer = await Explainer.open(await loadModel(join(swin, 'model.onnx')), {
      runtime: await nodeRuntime(choice),
    })
    const [expected, ours] = [await native.explain(input), await explainer.explain(input)]
    expect(relativeError(Array.from(ours.relevance.data), Array.from(expected.relevance.data))).toBeLessThan(agreement)
  })

  it.each(['lenet', 'overlap', 'resnet', 'volume'])('explains %s as the reference does', async name => {
    const read = (file: string) => floatsOf(decodeNpy(readFileSync(join(cases, name, file)), file), file)
    await using explainer = await Explainer.open(await loadModel(join(cases, name, 'model.onnx')), {
      runtime: await nodeRuntime(choice),
      box: { low: -2, high: 2 },
    })
    const { relevance } = await explainer.explain(read('input.npy'))
    const reference = Array.from(read('dtd_box_proportional.npy').data)
    expect(relativeError(Array.from(relevance.data), reference)).toBeLessThan(agreement)
  })
})
