/** HTML from templates that escape whatever is put into them: text out of files cannot become markup by being forgotten. */

import { escaped } from '../../render/escaped.ts'
import { visible } from './text.ts'

/** Markup that was made here, not text. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

/** What a template takes: text is escaped, markup is not, lists are joined, nothing is nothing. */
export type Part = string | number | Markup | readonly Part[] | undefined | false

/** A template of HTML; attributes' values must stand in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, i) => (i === 0 ? text : written(parts[i - 1]) + text)).join(''))
}

function written(part: Part): string {
  if (part === undefined || part === false) return ''
  if (part instanceof Markup) return part.text
  if (typeof part === 'object') return part.map(written).join('')
  return escaped(visible(String(part)))
}

/** A name out of a file: its direction of writing is its own, and does not reach what stands beside it. */
export function named(text: string): Markup {
  return html`<bdi>${text}</bdi>`
}
