/** The network as it is drawn: layers, each with what only passes its relevance on or moves it, as boxes of a graph. */

import type { LayerReport, ModelReport } from '../../../../src/web.ts'
import { theInput } from '../../worker/protocol.ts'

/** A box. */
export interface Block {
  /** The layer whose relevance it shows; `theInput` of the explained input. */
  readonly id: string
  readonly title: string
  /** The operators, in order. */
  readonly operators: readonly string[]
  /** Its layers: the first decides. Empty for the input. */
  readonly layers: readonly LayerReport[]
  /** The boxes that its relevance goes to. */
  readonly reads: readonly string[]
  /** The rule, in one word. */
  readonly rule: string
  /** What its input is known to lie in; of the input, what it lies in itself. */
  readonly domain: string
}

/** What follows a layer without a rule of its own is drawn with it. */
const follows: ReadonlySet<string> = new Set(['pass', 'adjoint'])

/** All boxes, from the input to the output. */
export function blocksOf({ layers, input }: Pick<ModelReport, 'layers' | 'input'>): readonly Block[] {
  const readers = new Map<string, number>()
  for (const { reads } of layers) for (const name of reads) readers.set(name, (readers.get(name) ?? 0) + 1)
  const first: Block = {
    id: theInput,
    title: input.name,
    operators: ['input'],
    layers: [],
    reads: [],
    rule: '',
    domain: input.domain.replace(/^input /, ''),
  }
  const blocks = new Map<string, Block>([[theInput, first]])
  /** By layer, the box that it is in. */
  const boxOf = new Map<string, string>()
  for (const layer of layers) {
    const [before] = layer.reads
    const box = before === undefined ? undefined : blocks.get(boxOf.get(before) ?? '')
    const isAlone = layer.reads.length === 1 && readers.get(before ?? '') === 1
    if (box && box.layers.length > 0 && isAlone && follows.has(layer.rule)) {
      blocks.set(box.id, { ...box, operators: [...box.operators, layer.opType], layers: [...box.layers, layer] })
      boxOf.set(layer.name, box.id)
      continue
    }
    blocks.set(layer.name, {
      id: layer.name,
      title: layer.name,
      operators: [layer.opType],
      layers: [layer],
      reads: [...new Set(layer.reads.map(name => boxOf.get(name) ?? theInput))],
      rule: layer.rule,
      domain: layer.domain,
    })
    boxOf.set(layer.name, layer.name)
  }
  return [...blocks.values()]
}

/** How much of a name a box has room for: of paths of modules, the end tells more. */
export function shortened(name: string, room: number): string {
  if (name.length <= room) return name
  const parts = name.split('/').filter(Boolean)
  const end = parts.slice(-2).join('/')
  return end.length <= room ? end : `…${name.slice(1 - room)}`
}
