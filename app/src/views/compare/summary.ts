/** Cells and inputs in few words. */

import type { SampleExplanation } from '../../../../src/web.ts'
import { percent } from '../../render/numbers.ts'
import type { Input } from '../../state/inputs.ts'

/** The sum's distance from what it should be, as short as it can be said. */
export function deviation({ logit, relevanceSum, conservationError }: SampleExplanation): string {
  if (conservationError === null) return 'no promise'
  if (conservationError <= exact) return 'conserved'
  return `${(relevanceSum - logit) / logit < 0 ? '−' : '+'}${percent(conservationError)}`
}

/** Below this share nothing is missing that anybody would see. */
export const exact = 1e-3

/** The file's name without its kind. */
export function shortName({ name }: Input): string {
  return name.replace(/\.(png|jpe?g|webp|txt|npy)$/i, '')
}
