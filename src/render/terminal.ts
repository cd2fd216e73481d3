/** Pictures in a true-colour terminal: every character cell is two pixels, an upper half block over its background. */

import sharp from 'sharp'
import type { Picture } from '../inputs/image.ts'

/** Whether a terminal says that it shows 24-bit colour. */
export function supportsTrueColor(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  return isTerminal && !env.NO_COLOR && /^(truecolor|24bit)$/i.test(env.COLORTERM ?? '')
}

/** Pictures side by side, each `columns` characters wide; every line ends with a reset. */
export async function renderTerminal(pictures: readonly Picture[], columns: number): Promise<string> {
  const shrunk = await Promise.all(pictures.map(picture => fitted(picture, columns)))
  const rows = Math.max(...shrunk.map(picture => picture.height))
  const lines: string[] = []
  for (let y = 0; y < rows; y += 2) {
    const cells = shrunk.map(picture => line(picture, y))
    lines.push(`${cells.join('\u001b[0m  ')}\u001b[0m`)
  }
  return lines.join('\n')
}

async function fitted({ width, height, data }: Picture, columns: number): Promise<Picture> {
  const rows = Math.max(2, Math.round((height / width) * columns))
  const size = { width: columns, height: rows + (rows % 2) }
  const kernel = columns > width ? 'nearest' : 'lanczos3'
  const pixels = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ ...size, fit: 'fill', kernel })
    .raw()
    .toBuffer()
  return { ...size, data: pixels }
}

function line({ width, height, data }: Picture, y: number): string {
  let text = ''
  for (let x = 0; x < width; x++) {
    const [upper, lower] = [colour(data, y * width + x), colour(data, Math.min(height - 1, y + 1) * width + x)]
    text += `\u001b[38;2;${upper}m\u001b[48;2;${lower}m▀`
  }
  return text
}

function colour(data: Uint8Array, pixel: number): string {
  return `${data[pixel * 3]};${data[pixel * 3 + 1]};${data[pixel * 3 + 2]}`
}
