/** A JSON object of which every field is checked when it is read: configuration files come from anywhere. */

import { DeepTaylorError } from '../core/diagnostics.ts'
import type { Size } from './picture.ts'

/** Lengths beyond this are mistakes, and would cost gigabytes. */
const largestSide = 16_384

/** Fields by name. `null` counts as missing; every reader throws DeepTaylorError `config-unreadable`. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #file: string

  constructor(value: unknown, file: string) {
    this.#file = file
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.fault('it is not a JSON object')
    }
    this.#values = value as Readonly<Record<string, unknown>>
  }

  /** The error of this file. */
  fault(reason: string): DeepTaylorError {
    return new DeepTaylorError('config-unreadable', { file: this.#file, reason })
  }

  /** Refuses fields of other names: a misspelt one would silently do nothing. */
  allow(...keys: readonly string[]): void {
    const unknown = Object.keys(this.#values).find(key => !keys.includes(key))
    if (unknown !== undefined) throw this.fault(`"${unknown}" is not known; there are ${keys.join(', ')}`)
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.#get(key) ?? fallback
    if (typeof value !== 'boolean') throw this.fault(`"${key}" is neither true nor false`)
    return value
  }

  text(key: string): string | undefined {
    const value = this.#get(key)
    if (value === undefined || typeof value === 'string') return value
    throw this.fault(`"${key}" is not a text`)
  }

  /** Whether the field is a text. */
  isText(key: string): boolean {
    return typeof this.#get(key) === 'string'
  }

  /** One of several words. */
  choice<T extends string>(key: string, words: readonly T[]): T | undefined {
    const value = this.text(key)
    const chosen = words.find(word => word === value)
    if (value === undefined || chosen !== undefined) return chosen
    throw this.fault(`"${key}" is "${value}"; there are ${words.join(', ')}`)
  }

  number(key: string): number | undefined {
    const value = this.#get(key)
    if (value === undefined || isFiniteNumber(value)) return value
    throw this.fault(`"${key}" is not a number`)
  }

  positive(key: string): number | undefined {
    const value = this.number(key)
    if (value === undefined || value > 0) return value
    throw this.fault(`"${key}" is not positive`)
  }

  /** Whether the field is a bare number. */
  isNumber(key: string): boolean {
    return isFiniteNumber(this.#get(key))
  }

  numbers(key: string): readonly number[] | undefined {
    const value = this.#get(key)
    if (value === undefined) return undefined
    const list = Array.isArray(value) ? value : [value]
    if (list.every(isFiniteNumber)) return list
    throw this.fault(`"${key}" is not a list of numbers`)
  }

  /** One number, or one per colour. */
  channels(key: string): readonly number[] | undefined {
    const list = this.numbers(key)
    if (list === undefined || list.length === 1 || list.length === 3) return list
    throw this.fault(`"${key}" has ${list.length} numbers; 1 or 3 are understood`)
  }

  /** A shorter edge (a number, or `shortest_edge`) or a size (`height` and `width`), in pixels. */
  size(key: string): number | Size | undefined {
    const value = this.#get(key)
    if (value === undefined || isLength(value)) return value
    if (typeof value === 'object' && value !== null) {
      const { shortest_edge, longest_edge, width, height } = value as Readonly<Record<string, unknown>>
      if (isLength(width) && isLength(height)) return { width, height }
      if (isLength(shortest_edge) && (longest_edge ?? undefined) === undefined) return shortest_edge
    }
    const shown = JSON.stringify(value).slice(0, 80)
    throw this.fault(`"${key}" is ${shown}; a number, a shortest_edge, or height and width are understood`)
  }

  /** An object within this one. */
  nested(key: string): Fields | undefined {
    const value = this.#get(key)
    return value === undefined ? undefined : new Fields(value, `${this.#file}, "${key}"`)
  }

  /** The objects of a list. */
  list(key: string): readonly Fields[] {
    const value = this.#get(key)
    if (!Array.isArray(value)) throw this.fault(`"${key}" is not a list`)
    return value.map((entry, i) => new Fields(entry, `${this.#file}, "${key}" ${i + 1}`))
  }

  #get(key: string): unknown {
    return (Object.hasOwn(this.#values, key) ? this.#values[key] : undefined) ?? undefined
  }
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isLength(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= largestSide
}
