/** Cells and inputs in few words. */

import type { SampleExplanation } from '../../../../src/web.ts'
import { percent, shortNumber } from '../../render/numbers.ts'
import type { Input } from '../../state/inputs.ts'
import type { Cell } from './cells.ts'

/** What a cell says of itself. */
export function summaryOf(cell: Cell | undefined): string {
  if (!cell) return 'not yet explained'
  if ('fault' in cell) return cell.fault
  const { logit, relevanceSum, conservationError } = cell.sample
  return `logit ${shortNumber(logit)}, ΣR ${shortNumber(relevanceSum)}, ${conserved(conservationError)}`
}

/** The sum's distance from what it should be, as short as it can be said. */
export function deviation({ logit, relevanceSum, conservationError }: SampleExplanation): string {
  if (conservationError === null) return 'no promise'
  if (conservationError <= exact) return 'conserved'
  return `${Math.abs(relevanceSum) < Math.abs(logit) ? '−' : '+'}${percent(conservationError)}`
}

/** Below this share nothing is missing that anybody would see. */
export const exact = 1e-3

/** Whether relevance adds up, in few words. */
export function conserved(error: number | null): string {
  if (error === null) return 'no sum promised'
  return error <= exact ? 'conserved' : `off by ${percent(error)}`
}

/** The file's name without its kind. */
export function shortName({ name }: Input): string {
  return name.replace(/\.(png|jpe?g|webp|txt|npy)$/i, '')
}
