/** The explainers of one run: one per method and kind of input, opened when first needed, closed together. */

import { Explainer, type ExplainerOptions } from '../explainer/explainer.ts'
import type { ModelContext } from './context.ts'
import { interrupted } from './interrupt.ts'
import { type MethodName, type MethodOptions, methodFrom } from './options.ts'

/** Whether an input is an array or a picture: their boxes differ. */
export type InputKind = 'array' | 'picture'

/** Opens explainers and keeps them. */
export class Explainers {
  readonly #context: ModelContext
  readonly #methods: MethodOptions
  readonly #options: ExplainerOptions
  readonly #warned = new Set<string>()
  readonly #said = new Set<string>()
  readonly #opened = new Map<string, Promise<Explainer>>()

  constructor(context: ModelContext, methods: MethodOptions, options: ExplainerOptions) {
    this.#context = context
    this.#methods = methods
    this.#options = options
  }

  /** The explainer of a method for inputs of a kind. */
  get(method: MethodName, kind: InputKind): Promise<Explainer> {
    const key = `${method} ${kind}`
    const before = this.#opened.get(key)
    if (before) return before
    const { loaded, labels, arrayBox, pictureBox } = this.#context
    const box = kind === 'array' ? arrayBox : pictureBox
    const opened = Explainer.open(loaded, {
      ...this.#options,
      method: methodFrom(method, this.#methods),
      ...(labels && { labels }),
      ...(box && { box }),
      signal: interrupted,
    })
    this.#opened.set(key, opened)
    return opened
  }

  /** What about the model breaks a method's assumptions: said once, when its first input of a kind has come. */
  async warnOnce(method: MethodName, kind: InputKind, dims: readonly number[]): Promise<readonly string[]> {
    const key = `${method} ${kind}`
    if (this.#warned.has(key)) return []
    this.#warned.add(key)
    const explainer = await this.get(method, kind)
    const messages = (await explainer.warnings(dims)).map(({ message }) => message)
    const isNew = messages.filter(message => !this.#said.has(message))
    for (const message of isNew) this.#said.add(message)
    return isNew
  }

  /** Closes those that could be opened. */
  async close(): Promise<void> {
    for (const result of await Promise.allSettled(this.#opened.values())) {
      if (result.status === 'fulfilled') await result.value.close()
    }
  }
}
