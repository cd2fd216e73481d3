/** Targets as users name them, to what the compiled model reads. */

import { DeepTaylorError } from '../core/diagnostics.ts'
import { findClass } from '../inputs/labels.ts'

/** `top` or `top1` (the most probable class of each sample), `top2`, …; an index; a label; or one of these per sample. */
export type Target = string | number | readonly (string | number)[]

interface Classes {
  readonly count: number
  readonly classes: number
  readonly labels: readonly string[] | undefined
}

/**
 * One number per sample: an index, or −k for the k-th most probable class.
 *
 * @throws DeepTaylorError `target-invalid`
 */
export function readTarget(target: Target, { count, classes, labels }: Classes): readonly number[] {
  if (typeof target === 'string' || typeof target === 'number') {
    return Array<number>(count).fill(readOne(target, classes, labels))
  }
  if (target.length !== count) {
    const reason = `${target.length} targets were given for ${count} samples`
    throw new DeepTaylorError('target-invalid', { target: `[${target.join(', ')}]`, reason })
  }
  return target.map(one => readOne(one, classes, labels))
}

function readOne(target: string | number, classes: number, labels: readonly string[] | undefined): number {
  const rank = typeof target === 'string' ? /^top(\d*)$/.exec(target) : undefined
  if (rank) {
    const place = rank[1] === '' ? 1 : Number(rank[1])
    if (place >= 1 && place <= classes) return -place
    throw new DeepTaylorError('target-invalid', { target: String(target), reason: `the model has ${classes} classes` })
  }
  const index = typeof target === 'number' || /^-?\d+(\.\d+)?$/.test(target) ? Number(target) : undefined
  if (index === undefined) {
    if (labels) return findClass(labels, String(target))
    throw new DeepTaylorError('target-invalid', {
      target: `"${target}"`,
      reason: 'the labels of the model are not known: give an index, or a file of labels',
    })
  }
  if (Number.isInteger(index) && index >= 0 && index < classes) return index
  const reason = classes === 1 ? 'the model has one output: 0' : `the model has classes 0 to ${classes - 1}`
  throw new DeepTaylorError('target-invalid', { target: String(target), reason })
}
