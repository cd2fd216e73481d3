/** Numbers as people read them. */

/** Four significant digits, with a true minus sign. */
export function shortNumber(value: number, digits = 4): string {
  if (value === 0) return '0'
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  const text = size >= 1e5 || size < 1e-3 ? value.toExponential(digits - 2) : value.toPrecision(digits)
  return text.replace('-', '−').replace('e+', 'e')
}

/** The same, with a plus sign before what is positive: for what may go either way. */
export function signedNumber(value: number, digits = 3): string {
  return (value > 0 ? '+' : '') + shortNumber(value, digits)
}

/** A share as percent, with the digits that it deserves. */
export function percent(share: number): string {
  const value = share * 100
  if (value === 0) return '0 %'
  if (Math.abs(value) < 0.01) return '< 0.01 %'
  return `${value >= 99.95 ? value.toFixed(1) : value.toPrecision(value >= 10 ? 3 : 2)} %`
}

/** Bytes as kB or MB. */
export function fileSize(bytes: number): string {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`
}
