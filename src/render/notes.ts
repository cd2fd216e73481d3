/** What a picture of relevance must say of itself: scale, pooling, and whatever else was done to it. Pure, for browsers too. */

import { contourBlur } from './contours.ts'
import type { RenderOptions } from './paint.ts'
import { type ChannelPooling, type Plane, poolingText } from './plane.ts'
import { type Shading, shadingText } from './shading.ts'

/** What the notes speak of. */
export interface Noted {
  /** Undefined where a shading is stated elsewhere. */
  readonly shading?: Shading
  readonly plane: Plane
  readonly pooling: ChannelPooling
  readonly options: RenderOptions
  /** Whether the picture that was explained lies below. */
  readonly isOverlay?: boolean
}

/** Sentences, without full stops, that say how relevance was drawn. */
export function notesOf({ shading, plane, pooling, options, isOverlay = false }: Noted): readonly string[] {
  const { opacity = 1, contours = [], smooth = false } = options
  const notes: string[] = [poolingText(pooling)]
  if (shading) notes.push(shadingText(shading))
  notes.push(smooth && !plane.tile ? 'interpolated between places (bicubic)' : 'one square per place, nothing smoothed')
  if (isOverlay) notes.push(`overlay: the stronger, the more it covers, up to ${Math.round(opacity * 100)} %`)
  if (contours.length > 0) {
    const shares = contours.map(share => `${Number((share * 100).toFixed(1))} %`).join(', ')
    const r = contourBlur(plane)
    const sigma = Number(Math.sqrt(r * (r + 1)).toFixed(1))
    notes.push(`lines around ${shares} of the largest |R| after a blur of σ = ${sigma} places, dashed where against`)
  }
  return notes
}

/** Notes as one text. */
export function sentences(notes: readonly string[]): string {
  return notes.map(note => `${note.slice(0, 1).toUpperCase()}${note.slice(1)}.`).join(' ')
}
