/** What the worker holds: models by the page's ids, and a few explainers that are open, the least recently used of which go. */

import {
  DeepTaylorError,
  Explainer,
  type LoadedModel,
  Messages,
  methodFrom,
  parseLayerRule,
  type Runtime,
  Scorer,
} from '../../../src/web.ts'
import type { ExplainerRequest, MessagesRequest } from './protocol.ts'
import { Runtimes } from './runtimes.ts'

/** A model that is held. */
export interface HeldModel {
  readonly id: string
  readonly loaded: LoadedModel
  readonly labels: readonly string[] | undefined
}

/** Bytes of models that may be open at once, explained copies each counted. */
const budget = 800_000_000
const most = 6

interface Open {
  readonly model: string
  readonly byteLength: number
  readonly opened: Promise<{ close(): Promise<void> }>
}

/** The worker's memory. */
export class Host {
  readonly runtimes = new Runtimes()
  readonly #models = new Map<string, HeldModel>()
  /** By what they were opened with; the most recently used last. */
  readonly #open = new Map<string, Open>()

  /** Keeps a model. */
  keep(model: HeldModel): void {
    this.#models.set(model.id, model)
  }

  /** A model that was loaded. */
  model(id: string): HeldModel {
    const model = this.#models.get(id)
    if (model) return model
    throw new DeepTaylorError('model-unreadable', { source: id, reason: 'it is not loaded any more: load it again' })
  }

  /** The runtime that computes for a model. */
  runtimeOf({ loaded }: HeldModel): Promise<Runtime> {
    return this.runtimes.for(loaded.byteLength)
  }

  /** What a request says of method, rules and hidden layers, as the library takes it. */
  optionsOf({ method, options = {}, rules = [], box, layers, factors, through }: ExplainerRequest) {
    return {
      method: methodFrom(method, options),
      rules: rules.map(parseLayerRule),
      ...(box && { box }),
      ...(layers && { layers }),
      ...(factors && { factors }),
      ...(through && { through }),
    }
  }

  /** The explainer for a request; opened if it is not. */
  explainer(request: ExplainerRequest): Promise<Explainer> {
    const { model: id, method, options, rules, box, layers, factors, through } = request
    const key = JSON.stringify(['explainer', id, method, options, rules, box, layers, factors, through])
    return this.#opened(key, id, async (model, runtime) =>
      Explainer.open(model.loaded, {
        ...this.optionsOf(request),
        ...(model.labels && { labels: model.labels }),
        top: 10,
        batchSize: 1,
        runtime,
      }),
    )
  }

  /** The scorer of a model; opened if it is not. */
  scorer(id: string): Promise<Scorer> {
    return this.#opened(JSON.stringify(['scorer', id]), id, ({ loaded }, runtime) => Scorer.open(loaded, { runtime }))
  }

  /** The messages of a layer's neurons; opened if they are not. */
  messages(request: MessagesRequest): Promise<Messages> {
    const { model: id, method, options, rules, box, layer, target } = request
    const key = JSON.stringify(['messages', id, method, options, rules, box, layer, target])
    return this.#opened(key, id, ({ loaded, labels }, runtime) => {
      const { method: how, rules: given } = this.optionsOf(request)
      const more = { ...(box && { box }), ...(labels && { labels }) }
      return Messages.open(loaded, { method: how, rules: given, ...more, layer, target, runtime })
    })
  }

  /** Forgets a model. */
  async drop(id: string): Promise<void> {
    this.#models.delete(id)
    await this.#close(([, open]) => open.model === id)
  }

  /** Closes all that is open, for another runtime to open it again. Sessions of a GPU that is lost are only let go. */
  async closeAll({ isLost = false } = {}): Promise<void> {
    if (isLost) this.#open.clear()
    else await this.#close(() => true)
  }

  async #opened<T extends { close(): Promise<void> }>(
    key: string,
    id: string,
    open: (model: HeldModel, runtime: Runtime) => Promise<T>,
  ): Promise<T> {
    const before = this.#open.get(key)
    if (before) {
      this.#open.delete(key)
      this.#open.set(key, before)
      return before.opened as Promise<T>
    }
    const model = this.model(id)
    const opened = this.runtimeOf(model).then(runtime => open(model, runtime))
    this.#open.set(key, { model: id, byteLength: model.loaded.byteLength, opened })
    // A failure must not be remembered.
    opened.catch(() => this.#open.delete(key))
    const result = await opened
    await this.#makeRoom(key)
    return result
  }

  async #makeRoom(newest: string): Promise<void> {
    const isTooMuch = () => {
      const sum = [...this.#open.values()].reduce((bytes, { byteLength }) => bytes + byteLength, 0)
      return this.#open.size > most || sum > budget
    }
    while (this.#open.size > 1 && isTooMuch()) {
      const [oldest] = this.#open.keys()
      if (oldest === newest) return
      await this.#close(([key]) => key === oldest)
    }
  }

  async #close(isMeant: (entry: [string, Open]) => boolean): Promise<void> {
    for (const [key, { opened }] of [...this.#open].filter(isMeant)) {
      this.#open.delete(key)
      await opened.then(
        one => one.close(),
        () => {},
      )
    }
  }
}
