/** Pictures in a true-colour terminal: every character cell is two pixels, an upper half block over its background. */

import type { Picture } from '../inputs/picture.ts'
import { resample } from '../inputs/resample.ts'

/** Whether a terminal says that it shows 24-bit colour; `NO_COLOR` is respected. */
export function supportsTrueColor(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  return isTerminal && !env.NO_COLOR && /^(truecolor|24bit)$/i.test(env.COLORTERM ?? '')
}

const reset = '\u001b[0m'

/** Taller pictures would scroll everything else away. */
const tallest = 3

/** Pictures side by side, each `columns` characters wide, parted by two spaces; every line ends with a reset. */
export function renderTerminal(pictures: readonly Picture[], columns: number): string {
  const fit = pictures.map(picture => fitted(picture, columns))
  const rows = fit.reduce((most, { height }) => Math.max(most, height), 0)
  const lines: string[] = []
  for (let y = 0; y < rows; y += 2) {
    lines.push(fit.map(picture => `${line(picture, y)}${reset}`).join('  '))
  }
  return lines.join('\n')
}

function fitted(picture: Picture, columns: number): Picture {
  const { width, height } = picture
  const rows = Math.max(2, Math.min(columns * tallest, Math.round((height / width) * columns)))
  const size = { width: columns, height: rows + (rows % 2) }
  return resample(picture, size, columns > width ? 'nearest' : 'bilinear')
}

function line({ width, height, data }: Picture, y: number): string {
  if (y >= height) return ' '.repeat(width)
  let text = ''
  for (let x = 0; x < width; x++) {
    const upper = y * width + x
    text += `\u001b[38;2;${color(data, upper)}m\u001b[48;2;${color(data, upper + width)}m▀`
  }
  return text
}

function color(data: Uint8Array, pixel: number): string {
  return `${data[pixel * 3]};${data[pixel * 3 + 1]};${data[pixel * 3 + 2]}`
}
