/** Cells and inputs in few words. */

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

/** Whether relevance adds up, in few words. */
export function conserved(error: number | null): string {
  if (error === null) return 'no sum promised'
  return error <= 1e-3 ? 'conserved' : `off by ${percent(error)}`
}

/** The file's name without its kind. */
export function shortName({ name }: Input): string {
  return name.replace(/\.(png|jpe?g|webp|txt|npy)$/i, '')
}
