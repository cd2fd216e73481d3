/** timm's `config.json`, which says in `pretrained_cfg` how pictures are prepared. */

import { Fields } from './config-fields.ts'
import type { Preprocessing } from './preprocessing.ts'
import type { Resampling } from './resample.ts'

const kernels: Readonly<Record<string, Resampling>> = {
  nearest: 'nearest',
  bilinear: 'bilinear',
  bicubic: 'bicubic',
  lanczos: 'lanczos',
}

/**
 * The preprocessing in a parsed `config.json`; undefined where it has no `pretrained_cfg`.
 *
 * @throws DeepTaylorError `config-unreadable`
 */
export function parseTimmConfig(config: unknown, file: string): Preprocessing | undefined {
  const fields = new Fields(config, file).nested('pretrained_cfg')
  if (!fields) return undefined
  const [, height, width] = fields.numbers('input_size') ?? [3, 224, 224]
  const isSize = [height, width].every(n => n !== undefined && Number.isInteger(n) && n > 0 && n <= 16_384)
  if (!isSize) throw fields.fault('"input_size" is not channels, height and width')
  const crop = { width: width as number, height: height as number }
  const share = fields.positive('crop_pct') ?? 0.875
  const larger = (side: number) => Math.floor(side / share)
  const mode = fields.text('crop_mode') ?? 'center'
  if (mode !== 'center' && mode !== 'squash')
    throw fields.fault(`"crop_mode" is "${mode}"; center and squash are understood`)
  const name = fields.text('interpolation') ?? 'bilinear'
  const resample = Object.hasOwn(kernels, name) ? kernels[name] : undefined
  if (!resample) throw fields.fault(`"interpolation" is "${name}"; ${Object.keys(kernels).join(', ')} are understood`)
  const std = fields.channels('std') ?? [0.229, 0.224, 0.225]
  if (std.some(deviation => deviation <= 0)) throw fields.fault('"std" is not positive')
  return {
    name: file,
    resize:
      mode === 'squash'
        ? { width: larger(crop.width), height: larger(crop.height) }
        : larger(Math.min(crop.width, crop.height)),
    crop,
    resample,
    scale: 1 / 255,
    mean: fields.channels('mean') ?? [0.485, 0.456, 0.406],
    std,
    channelOrder: 'rgb',
  }
}
