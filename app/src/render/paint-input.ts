/** A network's input as pixels: the way of `prepareImage` back. */

import { channelValue, type FloatTensor, type Preprocessing } from '../../../src/web.ts'

/** The first sample, opaque; grey where there is one channel. */
export function paintInput({ dims, data }: FloatTensor, layout: 'NCHW' | 'NHWC', how: Preprocessing): ImageData {
  const [height, width, channels] = (layout === 'NCHW' ? [dims[2], dims[3], dims[1]] : dims.slice(1)) as [
    number,
    number,
    number,
  ]
  const image = new ImageData(width, height)
  const count = width * height
  const [step, jump] = layout === 'NCHW' ? [1, count] : [channels, 1]
  for (let c = 0; c < 3; c++) {
    const channel = channels === 1 ? 0 : how.channelOrder === 'bgr' ? 2 - c : c
    const [mean, std] = [channelValue(how.mean, channel, channels), channelValue(how.std, channel, channels)]
    for (let i = 0; i < count; i++) {
      const value = data[i * step + channel * jump] as number
      image.data[i * 4 + c] = (value * std + mean) / how.scale
    }
  }
  for (let i = 3; i < image.data.length; i += 4) image.data[i] = 255
  return image
}
