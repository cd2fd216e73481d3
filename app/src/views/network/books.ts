/** The audit by box: what of the relevance that came to a box was passed on, and where the rest went. */

import type { AuditLayer, AuditReport } from '../../../../src/web.ts'
import type { Block } from './blocks.ts'

/** The ways that relevance can get lost on. */
export const losses = ['bias', 'unsupported', 'stabilizer', 'constants', 'definition'] as const

/** What each is called. */
export const lossWords: Readonly<Record<(typeof losses)[number], string>> = {
  bias: 'lost to bias',
  unsupported: 'unsupported',
  stabilizer: 'stabiliser',
  constants: 'constants',
  definition: 'by definition',
}

/** One box's line. */
export interface Line extends Pick<AuditLayer, 'received' | 'sent' | 'lost' | 'inadmissibleShare'> {
  /** Shares of what was received, ≥ 0. */
  readonly shares: Readonly<Record<'conserved' | 'lost', number>>
}

/** Below this, a difference is rounding. */
const rounding = 1e-5

/** The line of a box; undefined where the audit saw none of its layers. */
export function lineOf(block: Block, report: AuditReport): Line | undefined {
  const names = new Set(block.layers.map(({ name }) => name))
  const own = report.layers.filter(({ layer }) => names.has(layer))
  const [last] = own
  if (!last) return undefined
  const first = own.at(-1) as AuditLayer
  const lost = Object.fromEntries(
    losses.map(kind => {
      const sum = own.reduce((all, layer) => all + layer.lost[kind], 0)
      return [kind, Math.abs(sum) <= rounding * Math.abs(last.received) ? 0 : sum]
    }),
  ) as unknown as AuditLayer['lost']
  const shares = own.flatMap(({ inadmissibleShare }) => inadmissibleShare ?? [])
  const gone = losses.reduce((all, kind) => all + Math.abs(lost[kind]), 0)
  const size = Math.abs(last.received) || 1
  return {
    received: last.received,
    sent: first.sent,
    lost,
    inadmissibleShare: shares.length === 0 ? null : Math.max(...shares),
    shares: { conserved: Math.max(0, 1 - gone / size), lost: Math.min(1, gone / size) },
  }
}
