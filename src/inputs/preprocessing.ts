/** How pixels become a network's input, and which box that makes of it. */

import type { InputBox } from '../core/4-analyze/input-domain.ts'
import { DeepTaylorError } from '../core/diagnostics.ts'
import { Fields } from './config-fields.ts'
import type { Size } from './picture.ts'
import type { Resampling } from './resample.ts'

export type { Size } from './picture.ts'
export type { Resampling } from './resample.ts'

/** Pixels 0…255 to numbers: `(pixel · scale − mean) / std`, channel by channel. */
export interface Preprocessing {
  /** Its name, or the file that it came from. */
  readonly name: string
  /** The whole picture to this size; a number is the length of the shorter edge. Default: the model's own size. */
  readonly resize?: number | Size
  /** The middle of the resized picture; where the model has another size, `resize` and this are scaled to it. */
  readonly crop?: Size
  readonly resample: Resampling
  readonly scale: number
  /** One number, or one per channel in the tensor's order. */
  readonly mean: readonly number[]
  readonly std: readonly number[]
  /** The order of the tensor's channels. */
  readonly channelOrder: 'rgb' | 'bgr'
}

const plain = { resample: 'bilinear', scale: 1, mean: [0], std: [1], channelOrder: 'rgb' } as const
const middle = { resize: 256, crop: { width: 224, height: 224 } } as const

/** The presets, by name. The first two crop the middle 7/8; the others squeeze the whole picture to the model's size. */
export const presets: Readonly<Record<string, Preprocessing>> = {
  /** torchvision's classifiers: shorter edge 256, crop 224, 0…1, ImageNet's mean and deviation. */
  imagenet: {
    ...plain,
    ...middle,
    name: 'imagenet',
    scale: 1 / 255,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
  /** Caffe's and Keras's: blue, green, red, 0…255, the mean colour subtracted. */
  caffe: { ...plain, ...middle, name: 'caffe', mean: [103.939, 116.779, 123.68], channelOrder: 'bgr' },
  /** TensorFlow's: −1…1. */
  tensorflow: { ...plain, name: 'tensorflow', scale: 1 / 127.5, mean: [1] },
  /** 0…1. */
  unit: { ...plain, name: 'unit', scale: 1 / 255 },
  /** Raw grey levels 0…255. */
  none: { ...plain, name: 'none' },
}

/**
 * A preset by name.
 *
 * @throws DeepTaylorError `option-invalid`
 */
export function preprocessingFrom(name: string): Preprocessing {
  if (Object.hasOwn(presets, name)) return presets[name] as Preprocessing
  throw new DeepTaylorError('option-invalid', {
    option: `preprocess "${name}"`,
    reason: `choose ${Object.keys(presets).join(', ')}, or name a preprocessor_config.json`,
  })
}

/** Pillow's codes. */
const resamplings: Readonly<Record<number, Resampling>> = { 0: 'nearest', 1: 'lanczos', 2: 'bilinear', 3: 'bicubic' }

/** Any of these makes a `preprocessor_config.json` one of pictures; those of speech and text have none. */
const pictureKeys = ['size', 'crop_size', 'image_mean', 'image_std', 'do_resize', 'do_rescale', 'resample'] as const

/** Whether a parsed `preprocessor_config.json` is about pictures. */
export function isPictureConfig(config: unknown): boolean {
  return typeof config === 'object' && config !== null && pictureKeys.some(key => key in config)
}

/**
 * Hugging Face's `preprocessor_config.json`, with the variations of its image processors: ConvNeXt's `crop_pct`,
 * EfficientNet's `rescale_offset` and `include_top`, MobileViT's `do_flip_channel_order`.
 *
 * What is missing has the value that the processors agree on: resized if there is a size, cropped if there is a crop size, divided by
 * 255, normalised if there are statistics, bilinear. Where they do not agree (`do_normalize` without `image_mean`), it is an error.
 *
 * @throws DeepTaylorError `config-unreadable`
 */
export function parsePreprocessorConfig(config: unknown, file: string): Preprocessing {
  const fields = new Fields(config, file)
  if (!isPictureConfig(config)) throw fields.fault('it does not say how pictures are prepared')
  const { mean, std } = statistics(fields)
  const code = fields.number('resample') ?? 2
  const kernel = resamplings[code]
  if (!kernel) throw fields.fault(`"resample" is ${code}; ${codes()} are understood`)
  return {
    name: file,
    ...framing(fields),
    resample: kernel,
    scale: fields.flag('do_rescale', true) ? (fields.positive('rescale_factor') ?? 1 / 255) : 1,
    mean: fields.flag('rescale_offset', false) ? mean.map(value => value + 1) : mean,
    std: fields.flag('include_top', false) ? std.map(value => value * value) : std,
    channelOrder: fields.flag('do_flip_channel_order', false) ? 'bgr' : 'rgb',
  }
}

function codes(): string {
  return Object.entries(resamplings)
    .map(([code, kernel]) => `${code} (${kernel})`)
    .join(', ')
}

function statistics(fields: Fields): Pick<Preprocessing, 'mean' | 'std'> {
  const [mean, std] = [fields.channels('image_mean'), fields.channels('image_std')]
  if (!fields.flag('do_normalize', mean !== undefined || std !== undefined)) return { mean: [0], std: [1] }
  if (!mean || !std) throw fields.fault('it normalises, and "image_mean" or "image_std" is missing')
  if (std.some(deviation => deviation <= 0)) throw fields.fault('"image_std" is not positive')
  return { mean, std }
}

/** From this shorter edge on, processors with a `crop_pct` resize exactly and crop nothing. */
const largeEdge = 384

function framing(fields: Fields): Pick<Preprocessing, 'resize' | 'crop'> {
  const size = fields.flag('do_resize', true) ? fields.size('size') : undefined
  const cropSize = fields.size('crop_size')
  const crops = fields.flag('do_center_crop', cropSize !== undefined)
  const crop = !crops ? undefined : typeof cropSize === 'number' ? square(cropSize) : (cropSize ?? square(224))
  const type = fields.text('image_processor_type') ?? fields.text('feature_extractor_type') ?? ''
  const share = fields.positive('crop_pct') ?? (type.startsWith('ConvNext') ? 224 / 256 : undefined)
  if (share !== undefined && typeof size === 'number') {
    if (share > 1) throw fields.fault('"crop_pct" is more than 1')
    if (size >= largeEdge && !crop) return { resize: square(size) }
    return { resize: Math.floor(size / share), crop: crop ?? square(size) }
  }
  // A bare number is the shorter edge where a crop follows, and a square otherwise; DeiT's is always a square.
  const isSquare = fields.isNumber('size') && (!crop || type.startsWith('DeiT'))
  const resize = typeof size === 'number' && isSquare ? square(size) : size
  return { ...(resize !== undefined && { resize }), ...(crop && { crop }) }
}

function square(side: number): Size {
  return { width: side, height: side }
}

/** The numbers of one channel: a single number serves all; a grey model takes the mean of three. */
export function channelValue(values: readonly number[], channel: number, channels: number): number {
  if (values.length === 1) return values[0] as number
  if (channels === 1) return values.reduce((sum, value) => sum + value, 0) / values.length
  return values[channel] as number
}

/** The box that pixels 0…255 are mapped to: one pair of bounds per channel, in the tensor's order; low < high. */
export function boxOf(preprocessing: Preprocessing, channels: number, channelAxis: number): InputBox {
  const { scale, mean, std } = preprocessing
  const bound = (pixel: number) =>
    Array.from(
      { length: channels },
      (_, c) => (pixel * scale - channelValue(mean, c, channels)) / channelValue(std, c, channels),
    )
  const [low, high] = [bound(0), bound(255)]
  const isUniform = new Set(low).size === 1 && new Set(high).size === 1
  return isUniform ? { low: low[0] as number, high: high[0] as number } : { low, high, channelAxis }
}
