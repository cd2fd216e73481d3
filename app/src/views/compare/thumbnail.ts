/** A picture small enough to keep many of: what the network sees of a file, for the heads of rows. */

import type { Picture } from '../../../../src/web.ts'

/** Pixels that a canvas takes at once. */
export type Thumbnail = ImageData

const side = 96

/** Draws a picture at the size of a row's head, for screens with two pixels a point. */
export async function thumbnailOf({ width, height, data }: Picture): Promise<Thumbnail> {
  const whole = new ImageData(width, height)
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    whole.data[to] = data[from] as number
    whole.data[to + 1] = data[from + 1] as number
    whole.data[to + 2] = data[from + 2] as number
    whole.data[to + 3] = 255
  }
  const scale = Math.min(1, side / Math.max(width, height))
  const [resizeWidth, resizeHeight] = [width, height].map(size => Math.max(1, Math.round(size * scale))) as [
    number,
    number,
  ]
  const bitmap = await createImageBitmap(whole, { resizeWidth, resizeHeight, resizeQuality: 'high' })
  const context = new OffscreenCanvas(resizeWidth, resizeHeight).getContext('2d')
  if (!context) return whole
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  return context.getImageData(0, 0, resizeWidth, resizeHeight)
}
