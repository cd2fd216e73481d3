/** The page of a comparison with its pictures in it. */

import type { Comparison } from './comparison.ts'
import { shadingsOf } from './comparison.ts'
import { comparisonPage, type RowImages } from './comparison-page.ts'
import { dataUrlOf } from './figure.ts'
import { renderHeatmap, renderPicture, renderTransparent } from './heatmap.ts'

/** The comparison as one page of HTML. */
export async function renderComparisonPage(comparison: Comparison): Promise<string> {
  const shadings = shadingsOf(comparison)
  // Lines are drawn by the page, and places enlarged by the browser.
  const { contours: _, ...drawing } = comparison.drawing
  const images: RowImages[] = []
  for (const [i, { picture, cells }] of comparison.rows.entries()) {
    const maps: RowImages['cells'][number][] = []
    for (const [k, { shown }] of cells.entries()) {
      if (shown.kind !== 'plane') {
        maps.push(undefined)
        continue
      }
      const options = { ...drawing, scale: 1, extent: shadings[i]?.[k]?.extent as number }
      maps.push({
        heatmap: dataUrlOf(await renderHeatmap(shown.plane, options)),
        transparent: picture ? dataUrlOf(await renderTransparent(shown.plane, options)) : '',
      })
    }
    images.push({ input: picture && dataUrlOf(await renderPicture(picture)), cells: maps })
  }
  return comparisonPage(comparison, images)
}
