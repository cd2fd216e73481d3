import { describe, expect, it } from 'vitest'
import { boxOf, parsePreprocessorConfig, preprocessingFrom, presets } from './preprocessing.ts'
import { parseTimmConfig } from './timm-config.ts'

const parse = (config: unknown) => parsePreprocessorConfig(config, 'p.json')
const half = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] }
const square = (side: number) => ({ width: side, height: side })

describe('presets', () => {
  it('are found by name, and nothing else is', () => {
    expect(Object.keys(presets)).toEqual(['imagenet', 'caffe', 'tensorflow', 'unit', 'none'])
    for (const name of Object.keys(presets)) expect(preprocessingFrom(name).name).toBe(name)
    expect(() => preprocessingFrom('toString')).toThrow(/choose imagenet, caffe/)
  })
})

describe('boxOf', () => {
  const rounded = (name: string, channels: number) => {
    const { low, high, ...rest } = boxOf(preprocessingFrom(name), channels, 1)
    const round = (value: number) => Math.round(value * 1e4) / 1e4
    const all = (bound: number | readonly number[]) => (typeof bound === 'number' ? round(bound) : bound.map(round))
    return { low: all(low), high: all(high), ...rest }
  }

  it('has one pair of bounds per channel, in the order of the tensor', () => {
    // −.485/.229, −.456/.224, −.406/.225; (1 − .485)/.229, …
    expect(rounded('imagenet', 3)).toEqual({
      low: [-2.1179, -2.0357, -1.8044],
      high: [2.2489, 2.4286, 2.64],
      channelAxis: 1,
    })
    expect(rounded('caffe', 3)).toEqual({
      low: [-103.939, -116.779, -123.68],
      high: [151.061, 138.221, 131.32],
      channelAxis: 1,
    })
    expect(boxOf(preprocessingFrom('caffe'), 3, 3)).toMatchObject({ channelAxis: 3 })
  })

  it('has one pair where all channels agree', () => {
    expect(rounded('tensorflow', 3)).toEqual({ low: -1, high: 1 })
    expect(rounded('unit', 3)).toEqual({ low: 0, high: 1 })
    expect(rounded('none', 1)).toEqual({ low: 0, high: 255 })
  })

  it('averages the statistics of three colours for a grey model', () => {
    // mean .449, deviation .226
    expect(rounded('imagenet', 1)).toEqual({ low: -1.9867, high: 2.4381 })
  })
})

describe('parsePreprocessorConfig', () => {
  it('reads ViT: a square, without a crop', () => {
    const config = { do_normalize: true, do_resize: true, ...half, resample: 2, size: 224 }
    expect(parse(config)).toEqual({
      name: 'p.json',
      resize: square(224),
      resample: 'bilinear',
      scale: 1 / 255,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
      channelOrder: 'rgb',
    })
  })

  it('reads CLIP and DeiT: a shorter edge or a square, then a crop', () => {
    const clip = { ...half, resample: 3, size: { shortest_edge: 224 }, crop_size: square(224), do_center_crop: true }
    expect(parse(clip)).toMatchObject({ resize: 224, crop: square(224), resample: 'bicubic' })
    expect(parse({ ...clip, size: 224, crop_size: 224 })).toMatchObject({ resize: 224, crop: square(224) })
    const deit = {
      ...half,
      size: 256,
      crop_size: 224,
      do_center_crop: true,
      feature_extractor_type: 'DeiTFeatureExtractor',
    }
    expect(parse(deit)).toMatchObject({ resize: square(256), crop: square(224) })
  })

  it('reads ConvNeXt: a shorter edge over crop_pct, then a crop; from 384 on a square', () => {
    const type = { image_processor_type: 'ConvNextImageProcessor', ...half }
    expect(parse({ ...type, size: { shortest_edge: 224 } })).toMatchObject({ resize: 256, crop: square(224) })
    expect(parse({ ...type, size: 224, crop_pct: 0.95 })).toMatchObject({ resize: 235, crop: square(224) })
    const large = parse({ ...type, size: { shortest_edge: 384 }, crop_pct: 1 })
    expect(large.resize).toEqual(square(384))
    expect(large).not.toHaveProperty('crop')
  })

  it("reads EfficientNet's second division and offset, and MobileViT's blue first", () => {
    const efficient = { do_normalize: true, image_mean: [0.485], image_std: [0.5], include_top: true, size: 224 }
    expect(parse(efficient).std).toEqual([0.25])
    const offset = { do_normalize: false, rescale_factor: 1 / 127.5, rescale_offset: true, size: 224 }
    expect(boxOf(parse(offset), 3, 1)).toEqual({ low: -1, high: 1 })
    const mobile = { do_flip_channel_order: true, size: { shortest_edge: 288 }, crop_size: square(256) }
    expect(parse(mobile)).toMatchObject({ channelOrder: 'bgr', mean: [0], std: [1], scale: 1 / 255, crop: square(256) })
  })

  it('leaves out what is switched off, and takes null for missing', () => {
    const off = { do_resize: false, do_rescale: false, do_normalize: false, do_center_crop: false }
    const parsed = parse({ ...off, size: 224, crop_size: 200, ...half, resample: 0 })
    expect(parsed).toEqual({ ...preprocessingFrom('none'), name: 'p.json', resample: 'nearest' })
    const nulls = parse({
      size: { height: 32, width: 48 },
      crop_size: null,
      do_center_crop: null,
      resample: null,
      ...half,
    })
    expect(nulls).toMatchObject({ resize: { width: 48, height: 32 }, resample: 'bilinear' })
    expect(nulls).not.toHaveProperty('crop')
  })

  it.each<[unknown, RegExp]>([
    [[], /not a JSON object/],
    [null, /not a JSON object/],
    [{ id2label: {} }, /does not say how pictures are prepared/],
    [{ sampling_rate: 16_000, do_normalize: true }, /does not say how pictures are prepared/],
    [{ size: 'large' }, /"size" is "large"/],
    [{ size: -1 }, /"size" is -1/],
    [{ size: 1e9 }, /"size" is 1000000000/],
    [{ size: { longest_edge: 800, shortest_edge: 600 } }, /"size" is \{/],
    [{ size: 224, do_normalize: true }, /"image_mean" or "image_std" is missing/],
    [{ image_mean: [1, 2], image_std: [1] }, /"image_mean" has 2 numbers/],
    [{ image_mean: ['a'], image_std: [1] }, /"image_mean" is not a list of numbers/],
    [{ image_mean: [0], image_std: [0] }, /"image_std" is not positive/],
    [{ size: 9, rescale_factor: 0 }, /"rescale_factor" is not positive/],
    [{ size: 9, do_resize: 'yes' }, /"do_resize" is neither true nor false/],
    [{ size: 9, resample: 4 }, /"resample" is 4; 0 \(nearest\), 1 \(lanczos\)/],
    [{ size: 9, resample: 'bilinear' }, /"resample" is not a number/],
    [{ size: { shortest_edge: 224 }, crop_pct: 2 }, /"crop_pct" is more than 1/],
  ])('refuses %j', (config, words) => {
    expect(() => parse(config)).toThrow(words)
    expect(() => parse(config)).toThrow(/^p\.json/)
  })
})

describe('parseTimmConfig', () => {
  const timm = (cfg: unknown) => parseTimmConfig({ architecture: 'resnet50', pretrained_cfg: cfg }, 'config.json')
  const resnet = {
    input_size: [3, 224, 224],
    interpolation: 'bicubic',
    crop_pct: 0.95,
    crop_mode: 'center',
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  }

  it('reads size, share, interpolation and statistics', () => {
    expect(timm(resnet)).toEqual({
      name: 'config.json',
      resize: 235, // ⌊224 / 0.95⌋
      crop: square(224),
      resample: 'bicubic',
      scale: 1 / 255,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      channelOrder: 'rgb',
    })
    expect(timm({ ...resnet, crop_mode: 'squash', crop_pct: 1 })).toMatchObject({ resize: square(224) })
  })

  it('is nothing without pretrained_cfg, and an error with a broken one', () => {
    expect(parseTimmConfig({ id2label: {} }, 'config.json')).toBeUndefined()
    expect(() => timm('resnet50')).toThrow('config.json, "pretrained_cfg": it is not a JSON object')
    expect(() => timm({ ...resnet, crop_mode: 'border' })).toThrow(/"crop_mode" is "border"/)
    expect(() => timm({ ...resnet, interpolation: 'random' })).toThrow(/"interpolation" is "random"/)
    expect(() => timm({ ...resnet, input_size: [224] })).toThrow(/"input_size"/)
  })
})
