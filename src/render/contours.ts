/** Iso-lines of relevance: where the strongest of it lies, without covering the picture. Pure, for browsers too. */

import { blur2 } from 'd3-array'
import { contours } from 'd3-contour'
import type { Plane } from './plane.ts'

/** A line around what is at least a share of the largest |R|. */
export interface ContourLine {
  /** 0…1; negative for relevance against. */
  readonly share: number
  /** Rings of points, in places: (0, 0) is the plane's upper left corner, and a place is 1 × 1. */
  readonly rings: readonly (readonly (readonly [number, number])[])[]
}

/** Relevance is grainy, and lines around single places would be scribbles: it is blurred by a 64th of the shorter side first. */
export function contourBlur({ width, height }: Pick<Plane, 'width' | 'height'>): number {
  return Math.min(width, height) / 64
}

/** Planes that are thinner have no inside. */
const thinnest = 4

/**
 * Lines at shares of the largest |R| of the blurred plane, on the sides that are shown (three box blurs, which come near a Gaussian
 * of σ = √(r(r + 1)), r = `contourBlur`). A side that nowhere reaches a share has no line of it.
 *
 * @param shares 0 < share < 1
 */
export function contoursOf(plane: Plane, shares: readonly number[], sides: 'both' | 'for'): readonly ContourLine[] {
  const { width, height } = plane
  if (Math.min(width, height) < thinnest) return []
  const values = Array.from(plane.values, value => (Number.isFinite(value) ? value : 0))
  const { data } = blur2({ data: values, width, height }, contourBlur(plane))
  const blurred = Array.from(data as ArrayLike<number>)
  const largest = blurred.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  if (!(largest > 0)) return []
  const signs = sides === 'both' ? [1, -1] : [1]
  return signs.flatMap(sign => {
    const side = blurred.map(value => sign * value)
    const lines = contours().size([width, height]).smooth(true)
    return shares.map(share => {
      const { coordinates } = lines.contour(side, share * largest)
      return { share: sign * share, rings: coordinates.flat() as [number, number][][] }
    })
  })
}

/** Lines as SVG, dark in a light seam so that they show on any ground; those of relevance against are dashed. */
export function contourMarks(
  lines: readonly ContourLine[],
  cell: { readonly width: number; readonly height: number },
  thickness: number,
): string {
  return lines
    .filter(({ rings }) => rings.length > 0)
    .map(({ share, rings }) => {
      const path = rings
        .map(ring => `M${ring.map(([x, y]) => pair(x * cell.width, y * cell.height)).join('L')}Z`)
        .join('')
      const dashes = share < 0 ? ` stroke-dasharray="${3 * thickness} ${2 * thickness}"` : ''
      const stroke = (color: string, width: number) =>
        `<path d="${path}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linejoin="round"${dashes}/>`
      return stroke('#fff', 2.5 * thickness) + stroke('#111', thickness)
    })
    .join('')
}

function pair(x: number, y: number): string {
  return `${Number(x.toFixed(1))} ${Number(y.toFixed(1))}`
}
