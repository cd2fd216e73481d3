/**
 * What is explained: a linear functional of the outputs, f = Σ_c t_c·z_c, or a hidden neuron. Chosen by the graph itself,
 * at compile time, or by whoever runs the model.
 */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import type { ValueInfo } from '../0-graph/graph.ts'
import { dimsOf, rankOf } from '../0-graph/shapes.ts'
import { onesLike } from '../3-operators/like.ts'
import type { Context } from '../3-operators/operator.ts'
import type { Head } from '../4-analyze/explained-output.ts'
import { DeepTaylorError } from '../diagnostics.ts'
import type { Coordinate, HiddenNeuron } from './hidden.ts'

/**
 * A class: `top`, the arg-max inside the graph; a number ≥ 0, that class of every sample; −k, the k-th most probable;
 * `input`, a further input of the compiled model, int64 of one element or one per sample, which may hold −k as well.
 */
export type ClassChoice = 'top' | 'input' | number

/**
 * What is explained. A class; why one class and not another (t = e_a − e_b), or evidence against one (t = −e_c), both as
 * one neuron of the last linear layer; any t, float32 numbers by class or a further input of one row or one per sample;
 * or a hidden neuron (its channel and place) or channel of a layer, by the layer's name.
 */
export type TargetMode =
  | ClassChoice
  | { readonly class: ClassChoice; readonly versus: ClassChoice }
  | { readonly not: ClassChoice }
  | { readonly functional: 'input' | readonly number[] }
  | HiddenNeuron

/** Names of the target's further inputs of the compiled model; undefined where it has none. */
export interface TargetInputs {
  /** int64 [1 or samples]. */
  readonly target: string | undefined
  /** int64 [1 or samples]: the class that the target is held against. */
  readonly versus: string | undefined
  /** float32 [1 or samples, classes]: t. */
  readonly functional: string | undefined
}

/** What the target's part of the graph makes. */
export interface TargetValues {
  /** Where the relevance starts: the logits, or a hidden value. */
  readonly at: Value
  /** One class: f in its place, zeros elsewhere, of the shape of `at`. */
  readonly start: Value
  /** A functional of several classes, t in the logits' shape: it is one neuron on top of the last linear layer. */
  readonly functional: Value | undefined
  /** t in the shape of `at`: f = Σ t·at. */
  readonly t: Value
  /** int64, one class (or hidden channel) per sample. */
  readonly chosen: Value
  /** f, one per sample. */
  readonly logit: Value
  /** int64, the class that it is held against, one per sample. */
  readonly against: Value | undefined
  /** What it is called, where it is no class. */
  readonly label: string | undefined
  /** Evidence against a class. */
  readonly isAgainst: boolean
  /** It is one class, whose number is chosen. */
  readonly isClass: boolean
  readonly names: TargetInputs
  readonly inputs: readonly ValueInfo[]
}

/** The logits as a table of samples × classes, and what is read off it. */
export interface LogitTable {
  readonly logits: Value
  readonly table: Value
  /** The logits' own shape, for Reshape. */
  readonly shape: Value
  readonly classes: number
}

/** How many classes the logits have; 0 where they are not one row of classes per sample, as with maps. */
export function classesOf(context: Pick<Context, 'shapes'>, logits: Value): number {
  const dims = dimsOf(context.shapes, logits)
  if (dims?.length === 0) return 1
  const count = dims && (dims.length === 1 ? (typeof dims[0] === 'number' ? dims[0] : 1) : dims[1])
  return typeof count === 'number' && count > 0 && dims?.slice(2).every(dim => dim === 1) ? count : 0
}

/** The error of asking for a class where there are none. */
export function noClasses({ shapes }: Pick<Context, 'shapes'>, logits: Value, output: string): DeepTaylorError {
  const shown = dimsOf(shapes, logits)?.map(dim => (dim === '' ? '?' : dim)) ?? 'unknown'
  return new DeepTaylorError('unsupported-graph', {
    reason: `output "${output}" of shape [${shown}] is not one row of classes per sample`,
    remedy:
      'explain a channel of it, or a place or region of the channel, with --target LAYER:CHANNEL,ROW,COLUMN; or choose another with --output, or fix free sizes with --shape',
  })
}

/** The logits as a table. */
export function writeTable(context: Context, logits: Value, classes: number): LogitTable {
  const { b, shapes } = context
  const dims = dimsOf(shapes, logits) ?? []
  // A row per sample: said so that whoever plans memory knows that there are as many as in the forward pass.
  const isTable = dims.length > 1 && classesOf(context, logits) === classes
  const shape = isTable ? b.ints([0, classes, ...dims.slice(2).map(() => 1)]) : b.op('Shape', [logits], {}, 'shape')
  const table = b.op('Reshape', [logits, b.ints([isTable ? 0 : -1, classes])], {}, 'table')
  return { logits, table, shape, classes }
}

/** Writes a target on the logits; `from` says what is sent back from one class, its logit or 1. */
export function writeTarget(
  context: Context,
  logits: LogitTable,
  mode: Exclude<TargetMode, { readonly layer: string }>,
  from: 'logit' | 'one' = 'logit',
): TargetValues {
  const { b } = context
  const writer = new ClassWriter(context, logits)
  const shaped = (value: Value, hint: string) => b.op('Reshape', [value, logits.shape], {}, hint)
  const unit = (index: Value) => b.op('Where', [writer.isClass(index), b.floats(1), b.floats(0)], {}, 'unit')
  const row = (index: Value) => b.op('Reshape', [index, b.ints([0])], {}, 'chosen')
  const finish = (
    index: Value,
    placed: Value,
    functional: Value | undefined,
    more: Partial<Pick<TargetValues, 'against' | 'isAgainst' | 'label'>> = {},
  ): TargetValues => ({
    at: logits.logits,
    start: shaped(placed, 'start'),
    t: shaped(functional ?? unit(index), 't'),
    functional: functional && shaped(functional, 'functional'),
    chosen: row(index),
    against: undefined,
    label: undefined,
    isAgainst: false,
    isClass: functional === undefined,
    ...more,
    logit:
      functional === undefined
        ? b.op(
            'Reshape',
            [b.op('GatherElements', [logits.table, index], { axis: 1 }, 'logit'), b.ints([0])],
            {},
            'logit',
          )
        : b.op(
            'ReduceSum',
            [b.op('Mul', [functional, logits.table], {}, 'evidence'), b.ints([1])],
            { keepdims: 0 },
            'logit',
          ),
    names: writer.names,
    inputs: writer.inputs,
  })
  const placedBy = (t: Value) => (from === 'one' ? t : b.op('Mul', [t, logits.table], {}, 'placed'))
  if (typeof mode !== 'object') {
    const index = writer.index(mode, 'target')
    const value = from === 'one' ? b.floats(1) : logits.table
    return finish(index, b.op('Where', [writer.isClass(index), value, b.floats(0)], {}, 'placed'), undefined)
  }
  if ('versus' in mode) {
    const index = writer.index(mode.class, 'target')
    const against = writer.index(mode.versus, 'versus')
    const t = b.op('Sub', [unit(index), unit(against)], {}, 'contrast')
    return finish(index, placedBy(t), t, { against: row(against) })
  }
  if ('not' in mode) {
    const index = writer.index(mode.not, 'target')
    const t = b.op('Neg', [unit(index)], {}, 'against')
    return finish(index, placedBy(t), t, { isAgainst: true })
  }
  const t = writer.functional(mode.functional)
  return finish(b.op('ArgMax', [t], { axis: 1, keepdims: 1 }, 'strongest'), placedBy(t), t, { label: 'functional' })
}

/** Writes choices of classes, and keeps the inputs that they ask for. */
class ClassWriter {
  readonly #b: GraphBuilder
  readonly #logits: LogitTable
  readonly #column: Value
  readonly #samples: Value
  readonly inputs: ValueInfo[] = []
  names: TargetInputs = { target: undefined, versus: undefined, functional: undefined }

  constructor({ b }: Context, logits: LogitTable) {
    this.#b = b
    this.#logits = logits
    const shape = b.op('Shape', [logits.table], {}, 'shape')
    this.#samples = b.op('Slice', [shape, b.ints([0]), b.ints([1])], {}, 'samples')
    this.#column = b.op('Concat', [this.#samples, b.ints([1])], { axis: 0 }, 'column')
  }

  /** One class per sample, int64, as a column. */
  index(choice: ClassChoice, input: 'target' | 'versus'): Value {
    const b = this.#b
    const { table } = this.#logits
    if (choice === 'top') return b.op('ArgMax', [table], { axis: 1, keepdims: 1 }, 'top')
    if (typeof choice === 'number') {
      const fixed = b.op('Expand', [b.ints([choice < 0 ? -1 - choice : choice]), this.#column], {}, 'fixed')
      return choice < 0 ? b.op('GatherElements', [this.#ranking(), fixed], { axis: 1 }, 'ranked') : fixed
    }
    const name = this.#input(input, { dtype: 'int64', dims: ['targets'] })
    const asked = b.op('Expand', [b.op('Reshape', [name, b.ints([-1, 1])], {}, 'asked'), this.#column], {}, 'asked')
    // −1 is the first place of the ranking. A class that does not exist fails in GatherElements instead of explaining nothing.
    const isRank = b.op('Less', [asked, b.ints([0])], {}, 'is_rank')
    const place = b.op('Where', [isRank, b.op('Sub', [b.ints([-1]), asked], {}, 'place'), b.ints([0])], {}, 'place')
    const ranked = b.op('GatherElements', [this.#ranking(), place], { axis: 1 }, 'ranked')
    return b.op('Where', [isRank, ranked, asked], {}, 'index')
  }

  /** Where the table's column is the chosen class. */
  isClass(index: Value): Value {
    const b = this.#b
    const numbers = b.ints(Array.from({ length: this.#logits.classes }, (_, i) => i))
    return b.op('Equal', [b.op('Reshape', [numbers, b.ints([1, -1])], {}, 'classes'), index], {}, 'is_chosen')
  }

  /** t as a row per sample. */
  functional(given: 'input' | readonly number[]): Value {
    const b = this.#b
    const { classes } = this.#logits
    const t =
      given === 'input'
        ? this.#input('functional', { dtype: 'float32', dims: ['functionals', classes] })
        : b.floats(given, 'float32', [1, classes])
    const rows = b.op('Concat', [this.#samples, b.ints([classes])], { axis: 0 }, 'rows')
    return b.op('Expand', [t, rows], {}, 'functional')
  }

  #ranking(): Value {
    const b = this.#b
    const { table, classes } = this.#logits
    return b.ops('TopK', [table, b.ints([classes])], 2, { axis: 1 }, 'ranking')[1] as Value
  }

  #input(kind: keyof TargetInputs, type: NonNullable<ValueInfo['type']>): Value {
    const name = this.#b.within('', () => this.#b.fresh(kind))
    this.inputs.push({ name, type })
    this.names = { ...this.names, [kind]: name }
    return name
  }
}

/**
 * Writes a hidden target: a channel (axis 1) with all its places, or one neuron.
 *
 * @throws DeepTaylorError `target-invalid` for a neuron that does not exist
 */
export function writeHiddenTarget(
  context: Context,
  value: Value,
  { layer, neuron }: { readonly layer: string; readonly neuron: readonly Coordinate[] },
  from: 'logit' | 'one' = 'logit',
): TargetValues {
  const { b } = context
  const isNeuron = neuronMask(context, value, { layer, neuron })
  const own = b.op('Where', [isNeuron, value, b.floats(0)], {}, 'own')
  const t = b.op('Where', [isNeuron, onesLike(context, value), b.floats(0)], {}, 't')
  const axes = (dimsOf(context.shapes, value) ?? []).slice(1).map((_, i) => i + 1)
  const logit = b.op('ReduceSum', [own, b.ints(axes)], { keepdims: 0 }, 'logit')
  return {
    at: value,
    start: from === 'one' ? t : own,
    t,
    functional: undefined,
    chosen: b.op(
      'Expand',
      [b.ints([[neuron[0] as Coordinate].flat()[0] as number]), b.op('Shape', [logit], {}, 'shape')],
      {},
      'chosen',
    ),
    logit,
    against: undefined,
    label: neuronLabel({ layer, neuron }),
    isAgainst: false,
    isClass: false,
    names: { target: undefined, versus: undefined, functional: undefined },
    inputs: [],
  }
}

/** f = Σ t·at, one per sample, where `at` may have been computed anew. */
export function evidence({ b, shapes }: Context, { at, t }: Pick<TargetValues, 'at' | 't'>): Value {
  const rank = rankOf(shapes, at) ?? 2
  const axes = rank > 1 ? Array.from({ length: rank - 1 }, (_, i) => i + 1) : [0]
  const product = b.op('Mul', [t, at], {}, 'evidence')
  return b.op('ReduceSum', [product, b.ints(axes)], { keepdims: rank > 1 ? 0 : 1 }, 'f')
}

/** `LAYER:CHANNEL,ROW,COLUMN`, with `FROM-TO` for ranges. */
function neuronLabel({ layer, neuron }: { readonly layer: string; readonly neuron: readonly Coordinate[] }): string {
  return `${layer}:${neuron.map(one => (typeof one === 'number' ? one : one.join('-'))).join(',')}`
}

/**
 * True at a neuron or channel of a layer, in a shape that broadcasts to its value.
 *
 * @throws DeepTaylorError `target-invalid`
 */
export function neuronMask(
  { b, shapes }: Context,
  value: Value,
  { layer, neuron }: { readonly layer: string; readonly neuron: readonly Coordinate[] },
): Value {
  const dims = dimsOf(shapes, value) ?? []
  const invalid = (reason: string) =>
    new DeepTaylorError('target-invalid', { target: neuronLabel({ layer, neuron }), reason })
  const shown = `the layer's output has shape [${dims.map(dim => (dim === '' ? '?' : dim))}]`
  if (dims.length < 2) throw invalid(`${shown}, no channels`)
  if (neuron.length !== 1 && neuron.length !== dims.length - 1) {
    throw invalid(`${shown}: give a channel, or all ${dims.length - 1} coordinates of a neuron`)
  }
  const conditions = neuron.map((coordinate, i) => {
    const size = dims[i + 1]
    if (typeof size !== 'number') throw invalid(`${shown}: fix its free sizes with --shape`)
    const [first, last] = typeof coordinate === 'number' ? [coordinate, coordinate] : coordinate
    if (!Number.isInteger(first) || !Number.isInteger(last) || first < 0 || first > last || last >= size) {
      throw invalid(`${shown}: coordinate ${i + 1} goes from 0 to ${size - 1}`)
    }
    const range = b.ints(Array.from({ length: size }, (_, at) => at))
    const along = b.op('Reshape', [range, b.ints(dims.map((_, axis) => (axis === i + 1 ? -1 : 1)))], {}, 'along')
    if (first === last) return b.op('Equal', [along, b.ints([first])], {}, 'is_there')
    const isBefore = b.op('Less', [along, b.ints([first])], {}, 'is_before')
    const isBehind = b.op('Greater', [along, b.ints([last])], {}, 'is_behind')
    return b.op('Not', [b.op('Or', [isBefore, isBehind])], {}, 'is_there')
  })
  return conditions.reduce((all, condition) => b.op('And', [all, condition], {}, 'is_neuron'))
}

/** Probabilities of the classes, samples × classes. Without a head of its own, softmax is assumed. */
export function writeProbabilities({ b }: Context, { table, classes }: LogitTable, head: Head): Value {
  const isIndependent = head === 'sigmoid' || classes === 1
  return isIndependent ? b.op('Sigmoid', [table], {}, 'scores') : b.op('Softmax', [table], { axis: 1 }, 'scores')
}

/** The most probable classes: int64 and float32 of samples × count. */
export function writePrediction(
  context: Context,
  logits: LogitTable,
  head: Head,
  count: number,
): { classes: Value; scores: Value } {
  const { b } = context
  const scores = writeProbabilities(context, logits, head)
  const [best, where] = b.ops('TopK', [scores, b.ints([Math.min(count, logits.classes)])], 2, { axis: 1 }, 'best')
  return { classes: where as Value, scores: best as Value }
}
