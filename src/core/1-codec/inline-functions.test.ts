import { create, toBinary } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { print } from '../0-graph/print.ts'
import { decodeModel } from './decode.ts'
import { AttributeProto_AttributeType as AttributeType, ModelProtoSchema } from './generated/onnx_pb.ts'

type Init = NonNullable<Parameters<typeof create<typeof ModelProtoSchema>>[1]>
type Nodes = NonNullable<NonNullable<Init['graph']>['node']>

const opset = [{ domain: '', version: 17n }]
const own = { opsetImport: opset, domain: 'own' }
const call = (opType: string, input: string[], output: string[], more = {}) => ({
  opType,
  domain: 'own',
  input,
  output,
  ...more,
})
const plain = (opType: string, input: string[], output: string[], more = {}) => ({ opType, input, output, ...more })
const float = (name: string, f: number) => ({ name, type: AttributeType.FLOAT, f })
const referring = (name: string, refAttrName: string) => ({ name, type: AttributeType.FLOAT, refAttrName })

function decoded(node: Nodes, functions: Init['functions'], more: Partial<Init> = {}) {
  const message = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [...opset, { domain: 'own', version: 1n }],
    graph: { node, input: [{ name: 'x' }], output: [{ name: 'y' }] },
    functions,
    ...more,
  } as Init)
  return decodeModel(toBinary(ModelProtoSchema, message))
}

const nodesOf = async (node: Nodes, functions: Init['functions']) => {
  const { graph } = await decoded(node, functions)
  return print(graph)
    .split('\n')
    .filter(line => line.includes(' = '))
    .map(line => line.trim())
}

describe('functions of the model', () => {
  const leaky = {
    ...own,
    name: 'leaky',
    input: ['a'],
    output: ['b'],
    attribute: ['slope'],
    node: [plain('Neg', ['a'], ['t']), plain('LeakyRelu', ['t'], ['b'], { attribute: [referring('alpha', 'slope')] })],
  }

  it('are written out, with the attributes of each call', async () => {
    const calls = [
      call('leaky', ['x'], ['h'], { name: 'first', attribute: [float('slope', 0.5)] }),
      call('leaky', ['h'], ['y'], { name: 'second' }),
    ]
    expect(await nodesOf(calls, [leaky])).toEqual([
      'first/t = Neg(x)',
      'h = LeakyRelu(first/t) {alpha=0.5}',
      'second/t = Neg(h)',
      'y = LeakyRelu(second/t)',
    ])
  })

  it('have defaults', async () => {
    const withDefault = { ...leaky, attribute: [], attributeProto: [float('slope', 0.25)] }
    expect(await nodesOf([call('leaky', ['x'], ['y'])], [withDefault])).toContain('y = LeakyRelu(y/t) {alpha=0.25}')
  })

  it('are written out within functions, with the attributes handed on', async () => {
    const outer = {
      ...own,
      name: 'outer',
      input: ['p'],
      output: ['q'],
      node: [call('leaky', ['p'], ['q'], { name: 'inner', attribute: [referring('slope', 'steep')] })],
    }
    const calls = [call('outer', ['x'], ['y'], { name: 'top', attribute: [float('steep', 2)] })]
    expect(await nodesOf(calls, [outer, leaky])).toEqual([
      'top/inner/t = Neg(x)',
      'y = LeakyRelu(top/inner/t) {alpha=2}',
    ])
  })

  it('may hand an argument on, make nothing of one, and have results that nobody takes', async () => {
    const odd = {
      ...own,
      name: 'odd',
      input: ['a', 'missing'],
      output: ['a', 'b', 'b'],
      node: [plain('Clip', ['a', 'missing'], ['b'])],
    }
    const calls = [call('odd', ['x'], ['u', '', 'v'], { name: 'o' }), plain('Add', ['u', 'v'], ['y'])]
    expect(await nodesOf(calls, [odd])).toEqual([
      'o/b = Clip(x, _)',
      'u = Identity(x)',
      'v = Identity(o/b)',
      'y = Add(u, v)',
    ])
  })

  it('never take a name that the graph has', async () => {
    const calls = [plain('Relu', ['x'], ['f/t']), call('leaky', ['f/t'], ['y'], { name: 'f' })]
    expect(await nodesOf(calls, [leaky])).toEqual(['f/t = Relu(x)', 'f/t_2 = Neg(f/t)', 'y = LeakyRelu(f/t_2)'])
  })

  it('are told apart by domain and overload', async () => {
    const other = { ...leaky, overload: 'two', node: [plain('Relu', ['a'], ['b'])] }
    expect(await nodesOf([call('leaky', ['x'], ['y'], { overload: 'two' })], [leaky, other])).toEqual(['y = Relu(x)'])
  })

  it('leave no operator set behind', async () => {
    const { opsets } = await decoded([call('leaky', ['x'], ['y'])], [leaky])
    expect([...opsets]).toEqual([['', 17]])
  })

  const nested = (count: number, calls: number) =>
    Array.from({ length: count }, (_, i) => ({
      ...own,
      name: `f${i}`,
      input: ['a'],
      output: ['b'],
      node:
        i + 1 === count
          ? [plain('Relu', ['a'], ['b'])]
          : Array.from({ length: calls }, (_, k) => call(`f${i + 1}`, ['a'], [k === 0 ? 'b' : `c${k}`])),
    }))
  it.each([
    ['calls itself', [{ ...leaky, node: [call('leaky', ['a'], ['b'])] }], 'leaky', /"leaky" calls itself/],
    ['is nested too deep', nested(150, 1), 'f0', /100 deep/],
    ['grows without measure', nested(40, 2), 'f0', /more than 200000 nodes/],
    [
      'is of another opset',
      [{ ...leaky, opsetImport: [{ domain: '', version: 18n }] }],
      'leaky',
      /opset 18 of ai.onnx and the graph for opset 17/,
    ],
  ] as const)('refused where one %s', async (_, functions, name, message) => {
    const decoding = decoded([call(name, ['x'], ['y'])], functions as never)
    await expect(decoding).rejects.toThrow(message)
    await expect(decoding).rejects.toMatchObject({ code: 'unsupported-graph' })
  })
})
