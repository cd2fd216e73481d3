/** Several methods' explanations of several inputs side by side: what is compared, and on which scale. Pure, for browsers too. */

import type { Picture } from '../inputs/picture.ts'
import { type BarsOptions, barsShading, type Feature } from './bars.ts'
import { notesOf } from './notes.ts'
import type { RenderOptions } from './paint.ts'
import type { ChannelPooling, Plane } from './plane.ts'
import {
  coloursText,
  exponentText,
  type Shading,
  type ShadingOptions,
  shadingOf,
  sharedExtent,
  shortNumber,
} from './shading.ts'
import { type Word, wordsShading } from './words.ts'

/** Relevance of one input by one method, as it can be looked at. */
export type ComparedMap =
  | { readonly kind: 'plane'; readonly plane: Plane }
  | { readonly kind: 'bars'; readonly features: readonly Feature[]; readonly baseline: BarsOptions['baseline'] }
  | { readonly kind: 'words'; readonly words: readonly Word[]; readonly padding: number | undefined }

/** One method's explanation of one input. */
export interface ComparisonCell {
  readonly method: string
  readonly relevanceSum: number
  readonly shown: ComparedMap
}

/** One input, or one sample or target of it. */
export interface ComparisonRow {
  readonly name: string
  /** The explained class. */
  readonly target: string
  readonly logit: number
  /** The most probable class and its probability, in words; undefined where there is none. */
  readonly predicted: string | undefined
  /** What the network saw, where it is a picture. */
  readonly picture: Picture | undefined
  /** In the order of the methods. */
  readonly cells: readonly ComparisonCell[]
}

/** What shares a scale: nothing, a row, or all. */
export const scaleSharings = ['own', 'row', 'all'] as const

/** One of them. */
export type ScaleSharing = (typeof scaleSharings)[number]

/** A comparison, and how it is drawn. */
export interface Comparison {
  readonly model: string
  readonly methods: readonly string[]
  readonly rows: readonly ComparisonRow[]
  readonly sharing: ScaleSharing
  readonly pooling: ChannelPooling
  /** An `extent` in it stands for all, whatever is shared. */
  readonly drawing: RenderOptions
}

/** Each cell's scale, row by row. */
export function shadingsOf({ rows, sharing, drawing }: Comparison): readonly (readonly Shading[])[] {
  const own = rows.map(({ cells }) => cells.map(({ shown }) => ownShading(shown, drawing)))
  if (sharing === 'own' || drawing.extent !== undefined) return own
  const extents = own.map(row => row.map(({ extent }) => extent))
  const all = sharedExtent(extents.flat())
  return own.map((row, i) => {
    const extent = sharing === 'all' ? all : sharedExtent(extents[i] as readonly number[])
    return row.map(shading => ({ ...shading, extent, isShared: true }))
  })
}

function ownShading(shown: ComparedMap, drawing: ShadingOptions): Shading {
  const { colormap, exponent, extent } = drawing
  const options = { ...(colormap && { colormap }), ...(exponent && { exponent }), ...(extent && { extent }) }
  if (shown.kind === 'plane') return shadingOf(shown.plane.extent, options)
  return shown.kind === 'bars' ? barsShading(shown.features, options) : wordsShading(shown.words, options)
}

/**
 * The scale of the one colour bar: in R where all cells have the same, else in shares of each one's largest.
 */
export function legendOf(comparison: Comparison): { readonly shading: Shading; readonly label: string } {
  const first = shadingsOf(comparison)[0]?.[0] ?? shadingOf(1)
  if (comparison.sharing === 'all' || comparison.drawing.extent !== undefined)
    return { shading: first, label: 'relevance R' }
  const whose = comparison.sharing === 'own' ? 'each map’s' : 'each row’s'
  return { shading: { ...first, extent: 1 }, label: `relevance R as a share of ${whose} largest |R|` }
}

/** What must be said of how it is drawn, in sentences without full stops. */
export function comparisonNotes(comparison: Comparison): readonly string[] {
  const { rows, sharing, pooling, drawing } = comparison
  const { shading } = legendOf(comparison)
  const words = { own: 'every map has its own scale', row: 'every row has one scale', all: 'all have one scale' }
  const scale =
    drawing.extent === undefined
      ? `${words[sharing]}, to the largest |R|`
      : `all have one scale, to ${shortNumber(drawing.extent)}`
  const shown = rows[0]?.cells[0]?.shown
  const planes = shown?.kind === 'plane' ? notesOf({ plane: shown.plane, pooling, options: drawing }) : []
  return [`${coloursText(shading)}; ${exponentText(shading)}`, scale, ...planes]
}

/** What a cell says below its map. */
export function cellText({ relevanceSum }: ComparisonCell, shading: Shading): string {
  const end = shortNumber(shading.extent)
  return `ΣR ${shortNumber(relevanceSum)} · ${shading.isShared ? 'scale to' : 'largest |R|'} ${end}`
}

/** What a row says beside its name. */
export function rowText({ target, logit, predicted }: ComparisonRow): string {
  return `evidence for ${target}, logit ${shortNumber(logit)}${predicted === undefined ? '' : ` · predicted ${predicted}`}`
}
