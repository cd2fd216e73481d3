/** How strong a colour a value has in the grid: by its own cell, by its row, or by all cells. */

/** Who shares a scale. */
export const sharings = ['own', 'row', 'all'] as const

/** One of them. */
export type Sharing = (typeof sharings)[number]

/** In words. */
export const sharingTitles: Readonly<Record<Sharing, string>> = {
  own: 'each its own',
  row: 'per input',
  all: 'one for all',
}

/**
 * The |R| of the full colour of every cell.
 *
 * @param extents the largest |R| of each cell, row by row; undefined for cells that are not there
 */
export function sharedExtents(
  extents: readonly (readonly (number | undefined)[])[],
  sharing: Sharing,
): readonly (readonly (number | undefined)[])[] {
  if (sharing === 'own') return extents
  const largest = (values: readonly (number | undefined)[]) =>
    values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)
  const all = largest(extents.flat())
  return extents.map(row => {
    const shared = sharing === 'all' ? all : largest(row)
    return row.map(value => (value === undefined ? undefined : shared))
  })
}
