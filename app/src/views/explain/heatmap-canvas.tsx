/** A plane of relevance on a canvas of its own size, which CSS enlarges without smoothing. */

import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Plane } from '../../../../src/web.ts'
import { paintHeatmap } from '../../render/paint.ts'
import { setting } from '../../state/settings.ts'

const [extent, gamma] = [setting('extent'), setting('gamma')]

/** The canvas. */
export function HeatmapCanvas({ plane, label = 'Heatmap' }: { readonly plane: Plane; readonly label?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [full, exponent] = [extent.value || plane.extent, gamma.value]
  useLayoutEffect(() => {
    const { current } = canvas
    const context = current?.getContext('2d')
    if (!current || !context) return
    current.width = plane.width
    current.height = plane.height
    context.putImageData(paintHeatmap(plane, { extent: full, gamma: exponent }), 0, 0)
  }, [plane, full, exponent])
  return <canvas ref={canvas} class="pixels" role="img" aria-label={label} />
}
