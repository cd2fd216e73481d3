/** A plane of relevance on a canvas of its own size. */

import { useMemo } from 'preact/hooks'
import type { Plane } from '../../../../src/web.ts'
import { PaintCanvas } from '../../components/paint-canvas.tsx'
import { paintHeatmap, paintLayer } from '../../render/paint.ts'
import { setting } from '../../state/settings.ts'

const gamma = setting('gamma')

/** What is drawn, and how. */
export interface PlaneCanvasProps {
  readonly plane: Plane
  /** The |R| of the full colour. */
  readonly extent: number
  /** What it shows; without, it is decoration of something that says so. */
  readonly label?: string
  /** See-through where there is little. */
  readonly isLayer?: boolean
}

/** The canvas. */
export function PlaneCanvas({ plane, extent, label, isLayer = false }: PlaneCanvasProps) {
  const exponent = gamma.value
  const image = useMemo(
    () => (isLayer ? paintLayer : paintHeatmap)(plane, { extent, gamma: exponent }),
    [plane, extent, exponent, isLayer],
  )
  return <PaintCanvas image={image} {...(label !== undefined && { label })} />
}
