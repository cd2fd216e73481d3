/** Where in a layer a place of a drawn plane is. */

import type { Plane } from '../../../../src/web.ts'

/** Where in a layer, without its channel, an element of a plane lies. */
export function placeIn(plane: Plane, x: number, y: number, dims: readonly number[]): readonly number[] {
  const { tile, width } = plane
  if (!tile) return dims.length <= 1 ? [] : dims.length === 2 ? [x] : [y, x]
  const slice = Math.floor(y / tile.height) * (width / tile.width) + Math.floor(x / tile.width)
  return [slice, y % tile.height, x % tile.width]
}
