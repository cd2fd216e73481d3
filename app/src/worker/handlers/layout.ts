/** Graphs laid out by dagre, in the worker: hundreds of layers take it a while. */

import type { Handler } from '../context.ts'

const margin = 12

/** Lays out. The library is loaded with the first graph. */
export const layout: Handler<'layout'> = async ({ nodes, edges, direction }, { progress }) => {
  progress({ words: 'Laying out the network' })
  const { graphlib, layout: run } = await import('@dagrejs/dagre')
  const graph = new graphlib.Graph()
  graph.setGraph({ rankdir: direction, nodesep: 16, ranksep: 24, marginx: margin, marginy: margin })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height })
  for (const { from, to } of edges) graph.setEdge(from, to)
  run(graph)
  const { width = 0, height = 0 } = graph.graph() as { readonly width?: number; readonly height?: number }
  return {
    width,
    height,
    nodes: new Map(
      nodes.map(({ id }) => {
        const { x, y } = graph.node(id) as { readonly x: number; readonly y: number }
        return [id, { x, y }]
      }),
    ),
    edges: edges.map(({ from, to }) => {
      const { points } = graph.edge(from, to) as {
        readonly points: readonly { readonly x: number; readonly y: number }[]
      }
      return { from, to, points: points.map(({ x, y }) => ({ x, y })) }
    }),
  }
}
