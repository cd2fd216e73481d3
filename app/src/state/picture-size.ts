/** The size of a picture before its pixels are unpacked: a small file may hold more than a page may. */

import { DeepTaylorError } from '../../../src/core/diagnostics.ts'

/** Drawn, 50 million pixels are 200 MB. */
const mostPixels = 50_000_000

/**
 * Refuses what is no picture, and what is too large. The browser reads a picture's size from its head and unpacks it only when it is
 * painted.
 *
 * @throws DeepTaylorError `image-unreadable`
 */
export async function checkPicture(file: File): Promise<void> {
  const fault = (reason: string) => new DeepTaylorError('image-unreadable', { image: file.name, reason })
  const address = URL.createObjectURL(file)
  try {
    const { naturalWidth: width, naturalHeight: height } = await new Promise<HTMLImageElement>((found, failed) => {
      const image = new Image()
      image.onload = () => found(image)
      image.onerror = () =>
        failed(fault('it is damaged, or of another kind than its name says; PNG, JPEG and WebP are understood'))
      image.src = address
    })
    if (width * height <= mostPixels) return
    const millions = Math.round((width * height) / 1e6)
    throw fault(
      `it has ${width} × ${height} pixels, ${millions} million, and the limit here is ${mostPixels / 1e6} million: make it smaller, or use the command line, which takes 268 million`,
    )
  } finally {
    URL.revokeObjectURL(address)
  }
}
