/** How pixels become a network's input, and which box that makes of it. */

import type { InputBox } from '../core/4-analyze/input-domain.ts'
import { DeepTaylorError } from '../core/diagnostics.ts'

/** Interpolation when a picture is resized. */
export type Resampling = 'nearest' | 'bilinear' | 'bicubic' | 'lanczos'

/** A size in pixels. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** Pixels 0…255 to numbers: `(pixel · scale − mean) / std`, channel by channel. */
export interface Preprocessing {
  /** Its name, or the file that it came from. */
  readonly name: string
  /** The whole picture to this size; a number is the length of the shorter edge. Default: the model's own size. */
  readonly resize?: number | Size
  /** The middle of the resized picture. */
  readonly crop?: Size
  /** Length of the shorter edge before cropping, over that of the crop; for models of another size. Default 1. */
  readonly cropRatio?: number
  readonly resample: Resampling
  readonly scale: number
  /** One number, or one per channel in the tensor's order. */
  readonly mean: readonly number[]
  readonly std: readonly number[]
  /** The order of the tensor's channels. */
  readonly channelOrder: 'rgb' | 'bgr'
}

const plain = { resample: 'bilinear', scale: 1, mean: [0], std: [1], channelOrder: 'rgb' } as const

/** The presets, by name. */
export const presets: Readonly<Record<string, Preprocessing>> = {
  /** torchvision's classifiers: shorter edge 256, crop 224, 0…1, ImageNet's mean and deviation. */
  imagenet: {
    ...plain,
    name: 'imagenet',
    cropRatio: 256 / 224,
    scale: 1 / 255,
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  },
  /** Caffe's: blue, green, red, 0…255, the mean colour subtracted. */
  caffe: { ...plain, name: 'caffe', cropRatio: 256 / 224, mean: [103.939, 116.779, 123.68], channelOrder: 'bgr' },
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

const resamplings: Readonly<Record<number, Resampling>> = { 0: 'nearest', 1: 'lanczos', 2: 'bilinear', 3: 'bicubic' }

/**
 * Hugging Face's `preprocessor_config.json`.
 *
 * @throws DeepTaylorError `config-unreadable`
 */
export function parsePreprocessorConfig(config: unknown, file: string): Preprocessing {
  const fault = (reason: string) => new DeepTaylorError('config-unreadable', { file, reason })
  if (typeof config !== 'object' || config === null || Array.isArray(config)) throw fault('it is not a JSON object')
  const entries = config as Readonly<Record<string, unknown>>
  const flag = (key: string, fallback: boolean) => {
    const value = entries[key] ?? fallback
    if (typeof value !== 'boolean') throw fault(`"${key}" is neither true nor false`)
    return value
  }
  const numbers = (key: string, fallback: readonly number[]) => {
    const value = entries[key] ?? fallback
    const list = Array.isArray(value) ? value : [value]
    if (list.length === 0 || !list.every(n => typeof n === 'number' && Number.isFinite(n))) {
      throw fault(`"${key}" is not a list of numbers`)
    }
    return list as number[]
  }
  const normalizes = flag('do_normalize', 'image_mean' in entries || 'image_std' in entries)
  const scale = flag('do_rescale', true) ? (numbers('rescale_factor', [1 / 255])[0] as number) : 1
  const std = normalizes ? numbers('image_std', [1]) : [1]
  if (std.some(deviation => deviation <= 0)) throw fault('"image_std" is not positive')
  if (scale <= 0) throw fault('"rescale_factor" is not positive')
  const crops = flag('do_center_crop', false)
  const resize = flag('do_resize', true) ? sizeOf(entries.size, fault) : undefined
  const crop = crops ? sizeOf(entries.crop_size, fault) : undefined
  const share = entries.crop_pct
  const cropRatio = typeof share === 'number' && share > 0 && share <= 1 ? 1 / share : undefined
  const resample = entries.resample ?? 2
  if (typeof resample !== 'number' || !resamplings[resample]) throw fault(`"resample" is ${JSON.stringify(resample)}`)
  const square = typeof crop === 'number' ? { width: crop, height: crop } : crop
  return {
    name: file,
    ...(resize !== undefined && { resize }),
    ...(square && { crop: square }),
    ...(cropRatio !== undefined && { cropRatio }),
    resample: resamplings[resample] as Resampling,
    scale,
    mean: normalizes ? numbers('image_mean', [0]) : [0],
    std,
    channelOrder: 'rgb',
  }
}

type Fault = (reason: string) => DeepTaylorError

function sizeOf(value: unknown, fault: Fault): number | Size | undefined {
  const isLength = (n: unknown): n is number => typeof n === 'number' && Number.isInteger(n) && n > 0 && n <= 16384
  if (value === undefined || value === null) return undefined
  if (isLength(value)) return value
  const { shortest_edge, width, height } = value as Readonly<Record<string, unknown>>
  if (isLength(shortest_edge)) return shortest_edge
  if (isLength(width) && isLength(height)) return { width, height }
  throw fault(`the size ${JSON.stringify(value)} is not understood`)
}

/** The numbers of one channel: a single number serves all; a grey model takes the mean of three. */
export function channelValue(values: readonly number[], channel: number, channels: number): number {
  if (values.length === 1) return values[0] as number
  if (channels === 1) return values.reduce((sum, value) => sum + value, 0) / values.length
  return values[channel] as number
}

/** The box that pixels 0…255 are mapped to: one pair of bounds per channel. */
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
