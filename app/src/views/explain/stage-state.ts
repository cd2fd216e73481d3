/** Where one looks: the part of the pictures, and the place whose numbers are read out. Not worth a link. */

import { effect, signal } from '@preact/signals'
import { plane } from '../../state/explanation.ts'
import { input } from '../../state/inputs.ts'
import { type Viewport, whole } from './viewport.ts'

/** A place of the plane: column and row. */
export interface Place {
  readonly x: number
  readonly y: number
}

/** The part that is looked at. */
export const viewport = signal<Viewport>(whole)

/** The place under the pointer, or where the keys have moved it. */
export const cursor = signal<Place | undefined>(undefined)

effect(() => {
  void input.value
  viewport.value = whole
})

effect(() => {
  const { width = 0, height = 0 } = plane.value ?? {}
  const at = cursor.peek()
  if (at && (at.x >= width || at.y >= height)) cursor.value = undefined
})
