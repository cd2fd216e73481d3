/** Decoding and encoding mirror each other, and whatever is in a file, decoding ends in a model or in a DeepTaylorError. */

import { create, toBinary } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { externalModel } from '../../../test/support/external-model.ts'
import { floats, ints, modelOf, node, Random, run, tensor } from '../../../test/support/models.ts'
import { float } from '../0-graph/builder.ts'
import type { Attribute, Model } from '../0-graph/graph.ts'
import { numbersOf, type Tensor } from '../0-graph/tensor.ts'
import { verify } from '../0-graph/verify.ts'
import { DeepTaylorError } from '../diagnostics.ts'
import { dataTypeOfCode } from './data-types.ts'
import { type DecodeOptions, decodeModel, type ExternalPiece } from './decode.ts'
import { encodeModel } from './encode.ts'
import { ModelProtoSchema } from './generated/onnx_pb.ts'

/** A model with every kind of attribute and some odd tensors. */
const rich: Model = {
  ...modelOf({
    nodes: [
      node('Odd', ['x', '', 'w'], ['a', '', 'b'], {
        negative: -7,
        zero: 0,
        big: 2 ** 53 - 1,
        most: 2 ** 63,
        half: float(0.5),
        text: 'Grüße\n',
        nothing: '',
        list: [-1, 0, 2 ** 40],
        empty: [],
        numbers: { type: 'floats', value: [0, -0.5, 1.5] },
        words: { type: 'strings', value: ['a', '', 'ü'] },
        held: { type: 'tensor', value: floats([2], [1, -2]) },
      }),
      { ...node('Foreign', ['a'], 'y'), domain: 'com.example' },
    ],
    inputs: { x: ['n', 3, ''], unranked: [] },
    outputs: ['y'],
    constants: {
      w: floats([2, 2], [1, -2, 3, -4]),
      scalar: floats([], [5]),
      hollow: floats([0, 3], []),
      whole: ints([-1, 0, 2 ** 40]),
      truths: { dtype: 'bool', dims: [3], bytes: Uint8Array.of(1, 0, 1) },
      half: { dtype: 'float16', dims: [1], bytes: Uint8Array.of(0, 60) },
      words: {
        dtype: 'string',
        dims: [2],
        bytes: new Uint8Array(0),
        strings: ['a', 'ü'].map(text => new TextEncoder().encode(text)),
      },
    },
  }),
  opsets: new Map([
    ['', 17],
    ['com.example', 2],
  ]),
  metadata: new Map([['who', 'we']]),
}

/** Plain copies: decoded bytes are views of the file, and attributes have no prototype. */
function plain(model: Model): unknown {
  const bytes = ({ dtype, dims, bytes, strings }: Tensor) => ({
    dtype,
    dims,
    bytes: [...bytes],
    strings: strings?.map(text => [...text]),
  })
  const attribute = (a: Attribute) => (a.type === 'tensor' ? bytes(a.value) : a)
  return {
    ...model,
    graph: {
      ...model.graph,
      initializers: [...model.graph.initializers].map(([name, value]) => [name, bytes(value)]),
      nodes: model.graph.nodes.map(n => ({
        ...n,
        attributes: Object.entries(n.attributes).map(([name, a]) => [name, attribute(a)]),
      })),
    },
  }
}

const small = modelOf({
  nodes: [node('Gemm', ['x', 'w'], 'h', { transB: 1, alpha: float(2) }), node('Relu', ['h'], 'y')],
  inputs: { x: ['n', 3] },
  outputs: ['y'],
  constants: { w: floats([2, 3], [1, 2, 3, 4, 5, 6]) },
})

/** Decodes; anything thrown but a DeepTaylorError fails the test. */
async function decodedOrRefused(bytes: Uint8Array): Promise<Model | DeepTaylorError> {
  try {
    return await decodeModel(bytes)
  } catch (error) {
    if (error instanceof DeepTaylorError) return error
    throw error
  }
}

describe('round trip', () => {
  it('gives back every kind of attribute, tensor and value', async () => {
    const once = await decodeModel(encodeModel(rich))
    expect(plain(once)).toEqual(plain(rich))
    expect(plain(await decodeModel(encodeModel(once)))).toEqual(plain(once))
  })

  it('reads a view at any offset of a larger buffer, and a Buffer of Node', async () => {
    const bytes = encodeModel(small)
    for (const offset of [1, 2, 3, 5]) {
      const pool = new Uint8Array(bytes.length + 16).fill(255)
      pool.set(bytes, offset)
      const views = [pool.subarray(offset, offset + bytes.length), Buffer.from(pool.buffer, offset, bytes.length)]
      for (const view of views) {
        const model = await decodeModel(view)
        expect(plain(model)).toEqual(plain(small))
        expect(numbersOf(model.graph.initializers.get('w') as Tensor)).toEqual([1, 2, 3, 4, 5, 6])
        expect((await run(model, { x: tensor([1, 3], [1, 0, -1]) })).y?.data).toEqual([0, 0])
      }
    }
  })

  it('says what cannot be written', () => {
    const graph = {
      ...small.graph,
      nodes: [node('If', ['x'], 'y', { then_branch: { type: 'other', value: 'GRAPH' } })],
    }
    expect(() => encodeModel({ ...small, graph })).toThrow('then_branch')
  })
})

/** A file written by hand: what our own encoder never writes. */
type Init = NonNullable<Parameters<typeof create<typeof ModelProtoSchema>>[1]>
function file(graph: Init['graph'], model: Partial<Init> = {}): Uint8Array {
  const opsetImport = [{ domain: '', version: 13n }]
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 8n, opsetImport, graph, ...model } as Init))
}
const y = [{ name: 'y' }]
const relu = (input: string, output: string) => ({ opType: 'Relu', input: [input], output: [output] })

describe('typed fields', () => {
  const typed: Readonly<Record<string, readonly [code: number, field: object, values: readonly number[]]>> = {
    float32: [1, { floatData: [1.5, -2] }, [1.5, -2]],
    uint8: [2, { int32Data: [7, 255] }, [7, 255]],
    int32: [6, { int32Data: [-1, 2 ** 31 - 1] }, [-1, 2 ** 31 - 1]],
    int64: [7, { int64Data: [-5n, 2n ** 40n] }, [-5, 2 ** 40]],
    bool: [9, { int32Data: [1, 0] }, [1, 0]],
    float64: [11, { doubleData: [0.1, -1e300] }, [0.1, -1e300]],
    uint64: [13, { uint64Data: [1n, 2n ** 53n] }, [1, 2 ** 53]],
  }
  it.each(Object.keys(typed))('%s', async name => {
    const [dataType, field, values] = typed[name] as (typeof typed)[string]
    expect(dataTypeOfCode(dataType)).toBe(name)
    const initializer = [{ name: 'w', dims: [2n], dataType, ...field }]
    const { graph } = await decodeModel(
      file({ node: [relu('x', 'y')], input: [{ name: 'x' }], output: y, initializer }),
    )
    expect(numbersOf(graph.initializers.get('w') as Tensor)).toEqual(values)
  })

  it('of narrow types keep their bytes', async () => {
    const narrow = [
      { name: 'int8', dims: [2n], dataType: 3, int32Data: [-1, 5] },
      { name: 'uint16', dims: [1n], dataType: 4, int32Data: [65535] },
      { name: 'int16', dims: [1n], dataType: 5, int32Data: [-2] },
      { name: 'float16', dims: [1n], dataType: 10, int32Data: [0x3c00] },
      { name: 'uint32', dims: [1n], dataType: 12, uint64Data: [4294967295n] },
    ]
    const { graph } = await decodeModel(file({ output: y, initializer: narrow, input: y }))
    const bytes = [...graph.initializers].map(([name, { bytes }]) => [name, [...bytes]])
    expect(Object.fromEntries(bytes)).toEqual({
      int8: [255, 5],
      uint16: [255, 255],
      int16: [254, 255],
      float16: [0, 60],
      uint32: [255, 255, 255, 255],
    })
  })
})

describe('graphs', () => {
  it('in any order are put in order', async () => {
    const nodes = [relu('c', 'y'), relu('b', 'c'), relu('a', 'b'), relu('x', 'a')]
    const { graph } = await decodeModel(file({ node: nodes, input: [{ name: 'x' }], output: y }))
    expect(graph.nodes.map(n => n.outputs[0])).toEqual(['a', 'b', 'c', 'y'])
    expect(verify(graph)).toEqual([])
  })

  it('put a node behind all that it reads', async () => {
    const add = { opType: 'Add', input: ['b', 'c'], output: ['y'] }
    const nodes = [add, relu('b', 'c'), relu('a', 'b'), relu('x', 'a')]
    const { graph } = await decodeModel(file({ node: nodes, input: [{ name: 'x' }], output: y }))
    expect(verify(graph)).toEqual([])
    expect(graph.nodes.map(n => n.outputs[0])).toEqual(['a', 'b', 'c', 'y'])
  })

  it('with a free size written as a negative number have a free size', async () => {
    const dim = (value: bigint) => ({ value: { case: 'dimValue' as const, value } })
    const type = { value: { case: 'tensorType' as const, value: { elemType: 1, shape: { dim: [dim(-1n), dim(3n)] } } } }
    const { graph } = await decodeModel(file({ node: [relu('x', 'y')], input: [{ name: 'x', type }], output: y }))
    expect(graph.inputs[0]?.type?.dims).toEqual(['', 3])
  })

  const broken: Readonly<Record<string, readonly [bytes: () => Uint8Array, code: string, message: RegExp]>> = {
    'a cycle': [() => file({ node: [relu('y', 'a'), relu('a', 'y')], output: y }), 'model-invalid', /cycle/],
    'a node that reads itself': [() => file({ node: [relu('y', 'y')], output: y }), 'model-invalid', /cycle/],
    'a value from nowhere': [
      () => file({ node: [relu('x', 'y')], output: y }),
      'model-invalid',
      /"x".*nothing defines/,
    ],
    'no graph': [() => file(undefined), 'model-invalid', /no graph/],
    'no outputs': [() => file({ input: y }), 'model-invalid', /no outputs/],
    'an output that nothing makes': [
      () => file({ input: [{ name: 'x' }], output: y }),
      'model-invalid',
      /its output "y" is never defined/,
    ],
    'no operator set': [() => file({ input: y, output: y }, { opsetImport: [] }), 'model-invalid', /operator set/],
    'weights defined twice': [
      () => file({ output: y, input: y, initializer: [1, 2].map(v => ({ name: 'w', dataType: 1, floatData: [v] })) }),
      'model-invalid',
      /"w" twice/,
    ],
    'too few bytes': [
      () =>
        file({
          output: y,
          input: y,
          initializer: [{ name: 'w', dims: [3n], dataType: 1, rawData: new Uint8Array(8) }],
        }),
      'model-invalid',
      /"w" of shape \[3\] should have 12 bytes and has 8/,
    ],
    'too many numbers': [
      () => file({ output: y, input: y, initializer: [{ name: 'w', dims: [1n], dataType: 1, floatData: [1, 2] }] }),
      'model-invalid',
      /4 bytes and has 8/,
    ],
    'a negative size': [
      () => file({ output: y, input: y, initializer: [{ name: 'w', dims: [-1n], dataType: 1 }] }),
      'model-invalid',
      /impossible shape/,
    ],
    'a shape beyond all memory': [
      () => file({ output: y, input: y, initializer: [{ name: 'w', dims: [2n ** 40n, 2n ** 40n], dataType: 1 }] }),
      'model-invalid',
      /impossible shape/,
    ],
    'an unknown element type': [
      () => file({ output: y, input: y, initializer: [{ name: 'w', dims: [1n], dataType: 99 }] }),
      'unsupported-graph',
      /element type 99/,
    ],
    text: [() => new TextEncoder().encode('# Models\n\nSee the README for where to get them.\n'), 'model-', /not a/],
    nothing: [() => new Uint8Array(0), 'model-unreadable', /empty/],
  }
  it.each(Object.keys(broken))('with %s are refused', async name => {
    const [bytes, code, message] = broken[name] as (typeof broken)[string]
    const error = await decodedOrRefused(bytes())
    expect(error).toBeInstanceOf(DeepTaylorError)
    expect((error as DeepTaylorError).code).toContain(code)
    expect((error as DeepTaylorError).message).toMatch(message)
    expect((error as DeepTaylorError).message).not.toContain('\n')
  })
})

describe('damaged files', () => {
  it('cut anywhere', async () => {
    const bytes = encodeModel(small)
    let refused = 0
    for (let length = 0; length < bytes.length; length++) {
      if ((await decodedOrRefused(bytes.subarray(0, length))) instanceof DeepTaylorError) refused++
    }
    expect(refused).toBeGreaterThan(0.9 * bytes.length)
  })

  it('with bytes changed', async () => {
    const models = [encodeModel(small), encodeModel(rich)]
    const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 })
    let refused = 0
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...models), flips, async (model, changes) => {
        const bytes = model.slice()
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        const result = await decodedOrRefused(bytes)
        if (result instanceof DeepTaylorError) refused++
        else expect(verify(result.graph).filter(fault => fault.includes('before anything'))).toEqual([])
      }),
      { numRuns: 3000, seed: 1 },
    )
    expect(refused).toBeGreaterThan(500)
  })

  it('of random bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 0, maxLength: 200 }), async bytes => {
        expect(await decodedOrRefused(bytes)).toBeInstanceOf(DeepTaylorError)
      }),
      { numRuns: 500, seed: 2 },
    )
  })
})

describe('external data', () => {
  const random = new Random(1)
  const weights = Float32Array.from(random.numbers(16))
  const stored = new Uint8Array(weights.buffer)
  const refusal = async (bytes: Uint8Array, options: DecodeOptions = {}) => {
    const error = await decodeModel(bytes, options).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(DeepTaylorError)
    return error as DeepTaylorError
  }

  it('is refused without a way to load it', async () => {
    const { code, message } = await refusal(externalModel('weights.bin'))
    expect(code).toBe('external-data')
    expect(message).toContain('"weights.bin"')
  })

  it('is asked of the loader, which gets the place and the length', async () => {
    const asked: ExternalPiece[] = []
    const external = async (piece: ExternalPiece) => {
      asked.push(piece)
      return stored
    }
    const model = await decodeModel(externalModel('weights.bin'), { external })
    expect(asked).toEqual([{ tensor: 'w', location: 'weights.bin', offset: 0, length: 64 }])
    expect(numbersOf(model.graph.initializers.get('w') as Tensor)).toEqual([...weights])
  })

  const entry = (key: string, value: string) => ({ key, value })
  const withEntries = (...externalData: { key: string; value: string }[]) =>
    file({
      output: y,
      input: y,
      initializer: [{ name: 'w', dims: [16n], dataType: 1, dataLocation: 1, externalData }],
    })

  it('passes offset and length on', async () => {
    const bytes = withEntries(entry('location', 'a/b'), entry('offset', '4096'), entry('length', '64'))
    const asked: ExternalPiece[] = []
    const external = async (piece: ExternalPiece) => {
      asked.push(piece)
      return stored
    }
    await decodeModel(bytes, { external })
    expect(asked).toEqual([{ tensor: 'w', location: 'a/b', offset: 4096, length: 64 }])
  })

  it.each([
    [[entry('location', 'w'), entry('length', '63')], /length says 63/],
    [[entry('location', 'w'), entry('offset', '-1')], /"-1" is not a size/],
    [[entry('location', 'w'), entry('offset', '1e3')], /is not a size/],
    [[], /names no file/],
  ] as const)('is refused when its entries are wrong (%#)', async (entries, message) => {
    const error = await refusal(withEntries(...entries), { external: async () => stored })
    expect(error.code).toBe('external-data')
    expect(error.message).toMatch(message)
  })

  it('is refused when the loader brings too little', async () => {
    const error = await refusal(externalModel('w'), { external: async () => stored.subarray(0, 60) })
    expect(error.code).toBe('model-invalid')
  })
})
