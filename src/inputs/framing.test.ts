import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frameOf } from './framing.ts'
import type { PictureGeometry } from './geometry.ts'
import { type Preprocessing, preprocessingFrom } from './preprocessing.ts'

const model = (width?: number, height = width): PictureGeometry => ({ channels: 3, layout: 'NCHW', width, height })
const [imagenet, unit] = [preprocessingFrom('imagenet'), preprocessingFrom('unit')]
const size = (width: number, height: number) => ({ width, height })

describe('frameOf', () => {
  it('resizes the shorter edge to 256 and crops 224, as torchvision does', () => {
    expect(frameOf(size(640, 480), imagenet, model(224))).toEqual({
      resized: size(341, 256), // int(256 · 640 / 480)
      crop: { left: 58, top: 16, width: 224, height: 224 }, // round(58.5) is 58 in Python
      seen: { left: 109, top: 30, width: 420, height: 420 },
    })
    expect(frameOf(size(480, 646), imagenet, model(224))).toMatchObject({
      resized: size(256, 344),
      crop: { left: 16, top: 60 },
    })
    // round(59.5) is 60.
    expect(frameOf(size(480, 644), imagenet, model(224))).toMatchObject({ resized: size(256, 343), crop: { top: 60 } })
  })

  it('keeps the share that is cropped when the model has another size', () => {
    expect(frameOf(size(640, 480), imagenet, model(299))).toMatchObject({
      resized: size(454, 341),
      crop: { width: 299, height: 299, left: 78, top: 21 },
    })
  })

  it('takes the size of the preprocessing where the model has none', () => {
    expect(frameOf(size(640, 480), imagenet, model())).toMatchObject({ crop: size(224, 224) })
    const exact = { ...unit, resize: size(100, 50) }
    expect(frameOf(size(640, 480), exact, model())).toMatchObject({ resized: size(100, 50), crop: size(100, 50) })
    const edge = { ...unit, resize: 120 }
    expect(frameOf(size(640, 480), edge, model())).toMatchObject({ resized: size(160, 120), crop: size(160, 120) })
  })

  it("takes the picture's own size where neither has one", () => {
    const whole = { left: 0, top: 0, width: 640, height: 480 }
    expect(frameOf(size(640, 480), unit, model())).toEqual({ resized: size(640, 480), crop: whole, seen: whole })
  })

  it('keeps the aspect along an axis that the model leaves free', () => {
    const free = { channels: 1, layout: 'NCHW', width: undefined, height: 32 } as const
    expect(frameOf(size(640, 64), unit, free)).toMatchObject({ resized: size(320, 32) })
  })

  it('squeezes the whole picture into the model where nothing is cropped', () => {
    expect(frameOf(size(640, 480), unit, model(64))).toEqual({
      resized: size(64, 64),
      crop: { left: 0, top: 0, width: 64, height: 64 },
      seen: { left: 0, top: 0, width: 640, height: 480 },
    })
  })

  it('crops from an exact size, and without resizing', () => {
    const exact = { ...unit, resize: size(256, 256), crop: size(224, 224) }
    expect(frameOf(size(640, 480), exact, model(224))).toMatchObject({
      resized: size(256, 256),
      seen: { left: 40, top: 30, width: 560, height: 420 },
    })
    const only = { ...unit, crop: size(100, 100) }
    expect(frameOf(size(640, 480), only, model(100))).toMatchObject({
      resized: size(640, 480),
      seen: { left: 270, top: 190, width: 100, height: 100 },
    })
  })

  it('never leaves the picture, whatever the sizes', () => {
    const length = fc.integer({ min: 1, max: 3000 })
    const side = fc.integer({ min: 1, max: 512 })
    const box = fc.record({ width: side, height: side })
    const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
    fc.assert(
      fc.property(
        fc.record({ width: length, height: length }),
        optional(fc.oneof(side, box)),
        optional(box),
        optional(side),
        optional(side),
        (natural, resize, crop, width, height) => {
          const preprocessing: Preprocessing = { ...unit, ...(resize && { resize }), ...(crop && { crop }) }
          const frame = frameOf(natural, preprocessing, { channels: 3, layout: 'NCHW', width, height })
          for (const [part, whole] of [
            [frame.crop, frame.resized],
            [frame.seen, natural],
          ] as const) {
            expect(Math.min(part.left, part.top)).toBeGreaterThanOrEqual(0)
            expect(Math.min(part.width, part.height)).toBeGreaterThanOrEqual(1)
            expect(part.left + part.width).toBeLessThanOrEqual(whole.width)
            expect(part.top + part.height).toBeLessThanOrEqual(whole.height)
          }
          if (width !== undefined) expect(frame.crop.width).toBe(width)
          if (height !== undefined) expect(frame.crop.height).toBe(height)
        },
      ),
    )
  })
})
