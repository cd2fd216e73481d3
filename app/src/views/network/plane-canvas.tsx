/** A plane of relevance on a canvas, which CSS enlarges without smoothing. */

import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Plane } from '../../../../src/web.ts'
import { setting } from '../../state/settings.ts'
import { drawLayer, drawPlane } from './pictures.ts'

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
  const canvas = useRef<HTMLCanvasElement>(null)
  const exponent = gamma.value
  useLayoutEffect(() => {
    if (canvas.current) (isLayer ? drawLayer : drawPlane)(canvas.current, plane, { extent, gamma: exponent })
  }, [plane, extent, exponent, isLayer])
  // Without words of its own it is decoration of something that says what it shows.
  return <canvas ref={canvas} class="pixels" {...(label !== undefined && { role: 'img', 'aria-label': label })} />
}
