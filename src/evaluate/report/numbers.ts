/** Numbers as people read them: as many places as tell things apart, one number of places down a row, a real minus. */

/** What stands for a number that is not there. */
export const dash = '–'

/** How the numbers of one row are written. */
export type NumberFormat = (value: number | null | undefined) => string

/** Significant digits of the largest number of a row. */
const digits = 3

/**
 * A format for numbers that are compared with each other: `digits` significant digits of the largest of them, the same places
 * behind the point for all. Beyond 10⁵ and below 10⁻³ with a power of ten.
 */
export function formatFor(values: Iterable<number | null | undefined>): NumberFormat {
  let largest = 0
  for (const value of values) {
    if (typeof value === 'number' && Number.isFinite(value)) largest = Math.max(largest, Math.abs(value))
  }
  const magnitude = largest === 0 ? 0 : Math.floor(Math.log10(largest))
  const write =
    magnitude >= 5 || magnitude < -3
      ? (value: number) => (value === 0 ? '0' : powerOfTen(value))
      : (value: number) => value.toFixed(Math.max(0, digits - 1 - magnitude))
  return value => (isNumber(value) ? withMinus(write(value)) : dash)
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
  return isNumber(share) ? `${(share * 100).toFixed(1)} %` : dash
}

function powerOfTen(value: number): string {
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e') as [string, string]
  const raised = [...String(Number(exponent))].map(sign => (sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)])).join('')
  return `${mantissa}·10${raised}`
}

/** −0.00 is 0.00. */
function withMinus(text: string): string {
  return /^-[0.]*$/.test(text) ? text.slice(1) : text.replace(/^-/, '−')
}
