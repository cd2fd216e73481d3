/** Shared scales are shared by whom they say. */

import { expect, it } from 'vitest'
import { sharedExtents } from '../../app/src/views/compare/scale.ts'

const extents = [
  [1, 4],
  [2, undefined],
]

it('gives every cell its own', () => {
  expect(sharedExtents(extents, 'own')).toEqual(extents)
})

it('shares along a row', () => {
  expect(sharedExtents(extents, 'row')).toEqual([
    [4, 4],
    [2, undefined],
  ])
})

it('shares among all', () => {
  expect(sharedExtents(extents, 'all')).toEqual([
    [4, 4],
    [4, undefined],
  ])
})
