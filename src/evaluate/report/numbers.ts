/** Numbers as people read them: as many places as tell things apart, one number of places down a row, a real minus. */

/** What stands for a number that is not there. */
export const dash = '–'

/** How the numbers of one row are written. */
export type NumberFormat = (value: number | null | undefined) => string

/** Significant digits of the largest number of a row. */
const digits = 3

/** Numbers that are further apart are each written by themselves: the small ones would all be 0. */
const furthest = 300

/**
 * A format for numbers that are compared with each other: `digits` significant digits of the largest of them, the same places
 * behind the point for all, and beyond 10⁵ and below 10⁻³ the same power of ten.
 */
export function formatFor(values: Iterable<number | null | undefined>): NumberFormat {
  const sizes = [...values].filter(isNumber).map(Math.abs)
  const largest = sizes.reduce((a, b) => Math.max(a, b), 0)
  const isWide = sizes.some(size => size > 0 && size < largest / furthest)
  const write = isWide ? (value: number) => writerFor(Math.abs(value))(value) : writerFor(largest)
  return value => (isNumber(value) ? withMinus(write(value)) : dash)
}

/** How numbers of a size are written. */
function writerFor(largest: number): (value: number) => string {
  const magnitude = largest === 0 ? 0 : Math.floor(Math.log10(largest))
  if (magnitude < 5 && magnitude >= -3) return value => value.toFixed(Math.max(0, digits - 1 - magnitude))
  return value => (value === 0 ? '0' : `${(value / 10 ** magnitude).toFixed(digits - 1)}·10${raised(magnitude)}`)
}

/** A whole number as an exponent. */
export function raised(exponent: number): string {
  return [...String(exponent)].map(sign => (sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)])).join('')
}

/** One number by itself. */
export function formatNumber(value: number | null | undefined): string {
  return formatFor([value])(value)
}

/** Why there is a dash in place of a number; undefined where there is a number. */
export function whyMissing(value: number | null | undefined, why: string | undefined): string | undefined {
  if (value === null || value === undefined) return why ?? 'no value'
  if (Number.isNaN(value)) return 'not a number'
  return Number.isFinite(value) ? undefined : `${value < 0 ? 'minus ' : ''}infinity`
}

/** Whether there is a number to write or draw. */
export function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

/** A share in per cent. */
export function percent(share: number): string {
  return isNumber(share) ? `${(share * 100).toFixed(1)}\u00a0%` : dash
}

/** −0.00 is 0.00. */
function withMinus(text: string): string {
  return /^-[0.]*$/.test(text) ? text.slice(1) : text.replace(/^-/, '−')
}
