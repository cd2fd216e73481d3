/** Small networks as tables say them: a front of a few layers, what is written between, and a dense layer at the end. */

import type { Dim, Node } from '../../../src/core/0-graph/graph.ts'
import type { Tensor as Constant } from '../../../src/core/0-graph/tensor.ts'
import { floats, modelOf, node, Random, run } from '../models.ts'

/** A constant that is drawn: its shape, of numbers between −1 and 1, or between two others. */
export type Drawn =
  | readonly number[]
  | { readonly dims: readonly number[]; readonly low: number; readonly high: number }

/** A network between `x` and `h`, which a dense layer `y` follows; or up to a `y` of its own. */
export interface Form {
  readonly nodes: readonly Node[]
  readonly weights?: Readonly<Record<string, Drawn>>
  readonly constants?: Readonly<Record<string, Constant>>
  /** Where it is not the family's. */
  readonly x?: readonly Dim[]
  /** Default 17. */
  readonly opset?: number
  /** What the graph gives besides `y`. */
  readonly besides?: readonly string[]
  /** Constants stand beside the input: of one that is only never negative, they keep a share. */
  readonly hasConstantsBeside?: true
}

/** What forms of one kind share; of constants and layers in front, a network has those that it reads. */
export interface Family extends Form {
  readonly x: readonly Dim[]
  readonly forms: Readonly<Record<string, Form>>
}

/** Which of many numbers that can be drawn for a form, and between which bounds those of its input. */
export interface Draw {
  readonly number: number
  readonly between: readonly [low: number, high: number]
}

/** Numbers of its own for each constant of each form: adding one changes no other. */
function randomOf(...names: readonly string[]): Random {
  return new Random([...names.join('/')].reduce((seed, letter) => (seed * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7))
}

/** A form's network, and numbers for it: two samples, where it takes any number of them. */
export async function networkOfForm(family: Family, name: string, draw: Draw) {
  const form = family.forms[name] as Form
  const dims = form.x ?? family.x
  const numbers = (constant: string) => randomOf(name, constant, String(draw.number))
  const x = numbers('x').tensor(
    dims.map(dim => (typeof dim === 'number' ? dim : 2)),
    ...draw.between,
  )
  const drawn = Object.entries({ ...family.weights, ...form.weights }).map(([constant, shape]): [string, Constant] => {
    const { dims, low, high } = 'dims' in shape ? shape : { dims: shape, low: -1, high: 1 }
    return [constant, numbers(constant).constant(dims, low, high)]
  })
  const constants = { ...Object.fromEntries(drawn), ...family.constants, ...form.constants }
  const parts = { inputs: { x: dims }, opset: form.opset ?? 17, irVersion: 10 }
  const between = [...needed(family.nodes, form.nodes), ...form.nodes]
  const made = (nodes: readonly Node[], outputs: readonly string[], more: Readonly<Record<string, Constant>> = {}) => {
    const read = new Set(nodes.flatMap(({ inputs }) => inputs))
    const all = Object.entries({ ...constants, ...more }).filter(([constant]) => read.has(constant))
    return modelOf({ ...parts, nodes, outputs, constants: Object.fromEntries(all) })
  }
  const outputs = ['y', ...(form.besides ?? [])]
  if (form.nodes.some(one => one.outputs.includes('y'))) return { model: made(between, outputs), x }
  const { h } = await run(made(between, ['h']), { x })
  const size = (h?.data.length ?? 0) / (x.dims[0] as number)
  const end = [node('Flatten', ['h'], 'flattened'), node('Gemm', ['flattened', 'last', 'none'], 'y')]
  const last = numbers('last').constant([size, 3])
  return { model: made([...between, ...end], outputs, { last, none: floats([3], [0, 0, 0]) }), x }
}

/** Of layers in front, those that lead to what is read. */
function needed(front: readonly Node[], nodes: readonly Node[]): readonly Node[] {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs))
  const made = new Set(nodes.flatMap(({ outputs }) => outputs))
  const kept: Node[] = []
  for (const one of [...front].reverse()) {
    if (!one.outputs.some(name => read.has(name) && !made.has(name))) continue
    kept.unshift(one)
    for (const name of one.inputs) read.add(name)
  }
  return kept
}

/** The numbers of a batch norm, as drawn. */
export function statistics(prefix: string, channels: number): Readonly<Record<string, Drawn>> {
  return {
    [`${prefix}_scale`]: [channels],
    [`${prefix}_bias`]: [channels],
    [`${prefix}_mean`]: [channels],
    [`${prefix}_variance`]: { dims: [channels], low: 0.5, high: 2 },
  }
}

/** A batch norm. */
export function norm(from: string, to: string, prefix = 'n'): Node {
  return node(
    'BatchNormalization',
    [from, ...['scale', 'bias', 'mean', 'variance'].map(name => `${prefix}_${name}`)],
    to,
  )
}

/** A convolution, by default one of single pixels. */
export function conv(from: string, to: string, weights = 'v', attributes: Parameters<typeof node>[3] = {}): Node {
  return node('Conv', [from, weights], to, attributes)
}

/** A ReLU. */
export function relu(from: string, to: string): Node {
  return node('Relu', [from], to)
}
