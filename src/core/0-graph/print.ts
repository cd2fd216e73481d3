/** A graph as text, one line a node: for tests, for debugging, for reading what the compiler wrote. */

import type { Attribute, Dim, Graph, ValueInfo } from './graph.ts'

/** The graph as `output = OpType(inputs) {attributes}` lines between its inputs and outputs. */
export function print(graph: Graph): string {
  const lines = [`inputs   ${graph.inputs.map(printInfo).join(', ')}`]
  for (const [name, tensor] of graph.initializers) lines.push(`constant ${name}: ${tensor.dtype}[${tensor.dims}]`)
  for (const node of graph.nodes) {
    const domain = node.domain === '' ? '' : `${node.domain}::`
    const attributes = Object.entries(node.attributes)
      .map(([name, attribute]) => `${name}=${printAttribute(attribute)}`)
      .join(' ')
    const call = `${domain}${node.opType}(${node.inputs.map(i => i || '_').join(', ')})`
    lines.push(`${node.outputs.map(o => o || '_').join(', ')} = ${call}${attributes && ` {${attributes}}`}`)
  }
  lines.push(`outputs  ${graph.outputs.map(printInfo).join(', ')}`)
  return lines.join('\n')
}

/** A shape as `batch×3×64×64`. */
export function printDims(dims: readonly Dim[] | undefined): string {
  if (dims === undefined) return '?'
  return dims.length === 0 ? 'scalar' : dims.map(dim => (dim === '' ? '?' : String(dim))).join('×')
}

function printInfo({ name, type }: ValueInfo): string {
  return type ? `${name}: ${type.dtype}[${type.dims?.map(dim => (dim === '' ? '?' : dim)).join(',') ?? '…'}]` : name
}

function printAttribute(attribute: Attribute): string {
  switch (attribute.type) {
    case 'tensor':
      return `${attribute.value.dtype}[${attribute.value.dims}]`
    case 'floats':
    case 'ints':
    case 'strings':
      return `[${attribute.value.join(',')}]`
    case 'graph':
      return `(${attribute.value.nodes.length} nodes)`
    default:
      return String(attribute.value)
  }
}
