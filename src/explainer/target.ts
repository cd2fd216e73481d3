/** Targets as users name them, to what the compiler writes and the compiled model reads. */

import { type HiddenNeuron, parseHidden } from '../core/5-explain/hidden.ts'
import type { TargetInputs, TargetMode } from '../core/5-explain/target.ts'
import { DeepTaylorError } from '../core/diagnostics.ts'
import { findClass } from '../inputs/labels.ts'
import type { Tensor } from '../runtime/session.ts'

/** `top` or `top1` (the most probable class of each sample), `top2`, …; an index; or a label. */
export type ClassTarget = string | number

/**
 * What is explained:
 * - a class, or one per sample; in a text `not:CLASS` is evidence against one, `LAYER:CHANNEL` or
 *   `LAYER:CHANNEL,ROW,COLUMN` a hidden channel or neuron;
 * - `{ class, versus }`, why one class and not the other, as one neuron of the last linear layer;
 * - `{ not }`, evidence against a class: of a model with one output, its negative class;
 * - `{ functional }`, f = Σ_c t_c·z_c with one number t_c for each class;
 * - `{ layer, neuron }`, a hidden channel or neuron.
 */
export type Target =
  | ClassTarget
  | readonly ClassTarget[]
  | { readonly class: ClassTarget; readonly versus: ClassTarget }
  | { readonly not: ClassTarget }
  | { readonly functional: readonly number[] }
  | HiddenNeuron

/** What is known of the classes. */
export interface Classes {
  readonly classes: number
  readonly labels: readonly string[] | undefined
}

/** A target without the forms that are only text. */
type PlainTarget = Exclude<Target, string>

/**
 * A text as what it stands for; other targets as they are. Of a model with one output and two labels, the first label is
 * its negative class.
 */
export function readTarget(target: Target, { classes, labels }: Classes): PlainTarget {
  if (typeof target !== 'string') return target
  // Where one output speaks for two classes, a number that is a label is that label.
  if (isBinary({ classes, labels }) && labels?.includes(target)) return target === labels[0] ? { not: 0 } : 0
  if (labels?.includes(target) && !isIndex(target)) return [target]
  const not = /^not:(.+)$/s.exec(target)?.[1]
  if (not !== undefined) return { not }
  return parseHidden(target) ?? [target]
}

/** A model with one output, and labels of both of its classes. */
export function isBinary({ classes, labels }: Classes): boolean {
  return classes === 1 && labels?.length === 2
}

const isIndex = (text: string) => /^-?\d+(\.\d+)?$/.test(text)

/** How the compiled model lets the target be chosen when it runs. */
export function modeOf(target: PlainTarget): TargetMode {
  if (typeof target === 'number' || Array.isArray(target)) return 'input'
  if ('layer' in target) return target
  if ('versus' in target) return { class: 'input', versus: 'input' }
  if ('not' in target) return { not: 'input' }
  return { functional: 'input' }
}

/**
 * A target fixed at compile time; the class `input` stays a further input of the compiled model, `top` its arg-max.
 *
 * @throws DeepTaylorError `target-invalid`
 */
export function fixedModeOf(target: PlainTarget, known: Classes): TargetMode {
  const read = (one: ClassTarget) => (one === 'input' || one === 'top' ? one : readClass(one, known))
  if (typeof target === 'number') return read(target)
  if (Array.isArray(target)) return read(target[0] as ClassTarget)
  if ('versus' in target) return { class: read(target.class), versus: read(target.versus) }
  return 'not' in target ? { not: read(target.not) } : (target as TargetMode)
}

/**
 * What is fed for `count` samples, each tensor with a row per sample.
 *
 * @throws DeepTaylorError `target-invalid`
 */
export function targetFeeds(
  target: PlainTarget,
  names: TargetInputs,
  known: Classes & { readonly count: number },
): (from: number, to: number) => Record<string, Tensor> {
  const feeds: ((from: number, to: number) => [string, Tensor])[] = []
  const choose = (name: string | undefined, wanted: ClassTarget | readonly ClassTarget[]) => {
    if (name === undefined) return
    const indices = perSample(wanted, known)
    feeds.push((from, to) => [
      name,
      { dtype: 'int64', dims: [to - from], data: BigInt64Array.from(indices.slice(from, to), BigInt) },
    ])
  }
  if (typeof target === 'number' || Array.isArray(target)) choose(names.target, target)
  else if ('versus' in target) {
    choose(names.target, target.class)
    choose(names.versus, target.versus)
  } else if ('not' in target) choose(names.target, target.not)
  else if ('functional' in target && names.functional !== undefined) {
    const { functional } = names
    const t = checkedFunctional(target.functional, known.classes)
    feeds.push(() => [functional, { dtype: 'float32', dims: [1, known.classes], data: t }])
  }
  return (from, to) => Object.fromEntries(feeds.map(feed => feed(from, to)))
}

function checkedFunctional(t: readonly number[], classes: number): Float32Array {
  if (t.length === classes && t.every(Number.isFinite)) return Float32Array.from(t)
  const reason = `a functional is ${classes} finite numbers, one for each class`
  throw new DeepTaylorError('target-invalid', { target: `[${t.join(', ')}]`, reason })
}

/** One number per sample: an index, or −k for the k-th most probable class. A list of one is for all samples. */
function perSample(
  target: ClassTarget | readonly ClassTarget[],
  known: Classes & { readonly count: number },
): readonly number[] {
  const list = typeof target === 'object' ? target : [target]
  if (list.length === 1) return Array<number>(known.count).fill(readClass(list[0] as ClassTarget, known))
  if (list.length === known.count) return list.map(one => readClass(one, known))
  const reason = `${list.length} targets were given for ${known.count} samples`
  throw new DeepTaylorError('target-invalid', { target: `[${list.join(', ')}]`, reason })
}

function readClass(target: ClassTarget, { classes, labels }: Classes): number {
  const rank = typeof target === 'string' ? /^top(\d*)$/.exec(target) : undefined
  if (rank) {
    const place = rank[1] === '' ? 1 : Number(rank[1])
    if (place >= 1 && place <= classes) return -place
    throw new DeepTaylorError('target-invalid', { target: String(target), reason: `the model has ${classes} classes` })
  }
  const index = typeof target === 'number' || isIndex(target) ? Number(target) : labelled(target, { classes, labels })
  if (Number.isInteger(index) && index >= 0 && index < classes) return index
  const reason = classes === 1 ? 'the model has one output: 0' : `the model has classes 0 to ${classes - 1}`
  throw new DeepTaylorError('target-invalid', { target: String(target), reason })
}

/** The class of a label. */
function labelled(label: string, { classes, labels }: Classes): number {
  const invalid = (reason: string) => new DeepTaylorError('target-invalid', { target: `"${label}"`, reason })
  if (!labels) throw invalid('the labels of the model are not known: give an index, or a file of labels')
  const index = findClass(labels, label)
  if (!isBinary({ classes, labels })) return index
  if (index === 1) return 0
  throw invalid(`it is the negative class of the model's one output: explain not:${labels[1]}`)
}
