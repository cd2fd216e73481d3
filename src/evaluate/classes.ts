/** The classes of a model as an evaluation counts them, and which of them an input is explained for. */

import { DeepTaylorError } from '../core/diagnostics.ts'
import { isBinary, type Target } from '../explainer/target.ts'
import { findClass } from '../inputs/labels.ts'

/** A model's classes. Where one output speaks for two classes, they count as two: 0 is what speaks against it. */
export class Classes {
  /** How many there are. */
  readonly count: number
  /** One output speaks for two. */
  readonly areTwoOfOne: boolean
  readonly #labels: readonly string[] | undefined

  /** @param outputs the length of a row of logits */
  constructor(outputs: number, labels: readonly string[] | undefined) {
    this.#labels = labels
    this.areTwoOfOne = isBinary({ classes: outputs, labels })
    this.count = this.areTwoOfOne ? 2 : outputs
  }

  /** A class's label, or its index. */
  labelOf(index: number): string {
    return this.#labels?.[index] ?? String(index)
  }

  /** How an explainer is asked for a class. */
  targetOf(index: number): Target {
    if (!this.areTwoOfOne) return index
    return index === 0 ? { not: 0 } : 0
  }

  /**
   * The class of a label, or of an index.
   *
   * @throws DeepTaylorError `target-invalid`
   */
  indexOf(label: string | number): number {
    const isNumber = typeof label === 'number' || (/^\d+$/.test(label) && !this.#labels?.includes(label))
    const index = isNumber ? Number(label) : this.#find(String(label))
    if (Number.isInteger(index) && index >= 0 && index < this.count) return index
    const reason = `the model has classes 0 to ${this.count - 1}`
    throw new DeepTaylorError('target-invalid', { target: String(label), reason })
  }

  #find(label: string): number {
    if (this.#labels) return findClass(this.#labels, label)
    const reason = 'the labels of the model are not known: give indices, or a file of labels'
    throw new DeepTaylorError('target-invalid', { target: `"${label}"`, reason })
  }

  /**
   * Per item the class to explain; undefined where it is the model's own top class.
   *
   * @param target as `EvaluateOptions.target`
   * @throws DeepTaylorError `target-invalid`, with the labels that are none of the model's
   */
  targetsOf(
    items: readonly { readonly id: string; readonly label?: string | number | null | undefined }[],
    target: string | number | undefined,
  ): readonly (number | undefined)[] {
    if (target === 'top') return items.map(() => undefined)
    if (target !== undefined && target !== 'label') {
      const index = this.indexOf(target)
      return items.map(() => index)
    }
    const bare = items.find(({ label }) => label === undefined || label === null)
    if (target === 'label' && bare) {
      throw new DeepTaylorError('target-invalid', { target: 'label', reason: `${bare.id} has no label` })
    }
    return this.#ofLabels(items.map(({ label }) => label ?? undefined))
  }

  #ofLabels(labels: readonly (string | number | undefined)[]): readonly (number | undefined)[] {
    const found = new Map<string | number | undefined, number | undefined>([[undefined, undefined]])
    const faults: DeepTaylorError<'target-invalid'>[] = []
    for (const label of new Set(labels)) {
      if (label === undefined) continue
      try {
        found.set(label, this.indexOf(label))
      } catch (error) {
        faults.push(error as DeepTaylorError<'target-invalid'>)
      }
    }
    const [first] = faults
    if (!first) return labels.map(label => found.get(label))
    if (faults.length === 1) throw first
    const named = faults.slice(0, mostNamed).map(({ details }) => details.target)
    const rest = faults.length > named.length ? ` and ${faults.length - named.length} more` : ''
    const of = found.size - 1 + faults.length
    const reason = `${faults.length} of the data's ${of} labels are none of the model's classes; of the first: ${first.details.reason}`
    throw new DeepTaylorError('target-invalid', { target: `${named.join(', ')}${rest}`, reason })
  }
}

/** So many labels are named in one message. */
const mostNamed = 5
