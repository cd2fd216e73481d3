/** The functions that a model defines for itself, written out wherever its graph calls them. */

import { create } from '@bufbuild/protobuf'
import { DeepTaylorError } from '../diagnostics.ts'
import {
  type AttributeProto,
  type FunctionProto,
  type ModelProto,
  type NodeProto,
  NodeProtoSchema,
} from './generated/onnx_pb.ts'

/** Functions that call functions multiply: more than this, or deeper, is no network but an attack. */
const limits = { nodes: 200_000, depth: 100 }

/** A model's nodes without calls of its own functions, and the operator sets that they need. */
export interface Inlined {
  readonly nodes: readonly NodeProto[]
  readonly opsets: ReadonlyMap<string, number>
}

/**
 * Writes out every call, functions within functions included.
 *
 * @throws DeepTaylorError `unsupported-graph`: functions that call themselves, were written for another operator set than the
 * graph, or grow without measure
 */
export function inlineFunctions({ graph, functions, opsetImport }: ModelProto): Inlined {
  const nodes = graph?.node ?? []
  const opsets = new Map(opsetImport.map(({ domain, version }) => [plainDomain(domain), Number(version)]))
  if (functions.length === 0) return { nodes, opsets }

  const defined = new Map(functions.map(f => [keyOf(f.domain, f.name, f.overload), f]))
  const taken = new Set([
    ...(graph?.initializer ?? []).map(({ name }) => name),
    ...(graph?.input ?? []).map(({ name }) => name),
    ...nodes.flatMap(({ input, output }) => [...input, ...output]),
  ])
  const written: NodeProto[] = []
  let steps = 0
  const write = (node: NodeProto, callers: readonly FunctionProto[]): void => {
    const called = defined.get(keyOf(node.domain, node.opType, node.overload))
    if (++steps > limits.nodes) throw refused(`they come to more than ${limits.nodes} nodes`)
    if (!called) {
      written.push(node)
      return
    }
    if (callers.includes(called)) throw refused(`"${called.name}" calls itself`)
    if (callers.length >= limits.depth) throw refused(`they call each other more than ${limits.depth} deep`)
    adopt(called, opsets)
    for (const inner of bodyOf(called, node, taken)) write(inner, [...callers, called])
  }
  for (const node of nodes) write(node, [])
  const used = new Set(written.map(({ domain }) => plainDomain(domain)))
  return { nodes: written, opsets: new Map([...opsets].filter(([domain]) => domain === '' || used.has(domain))) }
}

/** The nodes of a function as one call makes them. */
function bodyOf(called: FunctionProto, call: NodeProto, taken: Set<string>): readonly NodeProto[] {
  const prefix = call.name || call.output.find(output => output !== '') || called.name
  const fresh = (name: string): string => {
    let candidate = `${prefix}/${name}`
    for (let i = 2; taken.has(candidate); i++) candidate = `${prefix}/${name}_${i}`
    taken.add(candidate)
    return candidate
  }
  const names = new Map<string, string>([['', '']])
  for (const [i, input] of called.input.entries()) names.set(input, call.input[i] ?? '')
  // A result that is an argument, or another result, is a copy of it.
  const copies: NodeProto[] = []
  for (const [i, result] of called.output.entries()) {
    const output = call.output[i] ?? ''
    const existing = names.get(result)
    if (existing === undefined) names.set(result, output || fresh(result))
    else if (output !== '') copies.push(identity(existing, output, `${prefix}/${result}`))
  }
  const renamed = (name: string): string => {
    const known = names.get(name)
    if (known !== undefined) return known
    const given = fresh(name)
    names.set(name, given)
    return given
  }
  const attributes = new Map([...called.attributeProto, ...call.attribute].map(given => [given.name, given]))
  const body = called.node.map(node =>
    changed(node, {
      name: `${prefix}/${node.name || node.output[0] || node.opType}`,
      input: node.input.map(renamed),
      output: node.output.map(renamed),
      attribute: node.attribute.flatMap(attribute => bound(attribute, attributes)),
    }),
  )
  return [...body, ...copies]
}

/** An attribute that refers to the function's own, as the call or the function's default has it; absent where neither has. */
function bound(attribute: AttributeProto, given: ReadonlyMap<string, AttributeProto>): readonly AttributeProto[] {
  if (attribute.refAttrName === '') return [attribute]
  const value = given.get(attribute.refAttrName)
  return value ? [changed(value, { name: attribute.name })] : []
}

/** A message with some fields changed; what it lacks stays absent, as its prototype knows it. */
function changed<M extends object>(message: M, fields: Partial<M>): M {
  return Object.assign(Object.create(Object.getPrototypeOf(message)), message, fields)
}

function identity(input: string, output: string, name: string): NodeProto {
  return create(NodeProtoSchema, { opType: 'Identity', input: [input], output: [output], name })
}

/** A function brings its own operator sets; they must be the graph's where both name one. */
function adopt(called: FunctionProto, opsets: Map<string, number>): void {
  for (const { domain, version } of called.opsetImport) {
    const [key, wanted] = [plainDomain(domain), Number(version)]
    const present = opsets.get(key)
    if (present !== undefined && present !== wanted) {
      throw refused(
        `"${called.name}" is written for opset ${wanted} of ${key || 'ai.onnx'} and the graph for opset ${present}`,
      )
    }
    opsets.set(key, wanted)
  }
}

function refused(reason: string): DeepTaylorError {
  return new DeepTaylorError('unsupported-graph', {
    reason: `the model defines functions of its own, which cannot be written out: ${reason}`,
    remedy: 'inline them with onnx.inliner.inline_local_functions',
  })
}

function keyOf(domain: string, name: string, overload: string): string {
  return JSON.stringify([plainDomain(domain), name, overload])
}

function plainDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain
}
