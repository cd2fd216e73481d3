import { describe, expect, it } from 'vitest'
import { frameOf } from '../inputs/framing.ts'
import { type Preprocessing, presets } from '../inputs/preprocessing.ts'
import { resample } from '../inputs/resample.ts'
import type { Layout } from './layout.ts'
import { Random } from './random.ts'
import { type Mask, truthOfBoxes, truthOfMask } from './truth.ts'

const layout = (...spatial: number[]): Layout => ({ spatial, channels: 3, channelsLast: false })

/** Pixels as they are, the whole picture. */
const whole = presets.none as Preprocessing

describe('a mask', () => {
  it.each([
    ['of 0 and 1', [0, 1, 1, 0, 0, 1], [0, 1, 1, 0, 0, 1]],
    ['of grey levels', [0, 255, 127, 128, 3, 250], [0, 1, 0, 1, 0, 1]],
    ['of nothing', [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]],
    ['with what is no number', [0, Number.NaN, 1, 0, 0, 1], [0, 0, 1, 0, 0, 1]],
  ])('%s', (_, values, expected) => {
    expect([...truthOfMask({ width: 3, height: 2, values }, layout(2, 3), 'm.png')]).toEqual(expected)
  })

  it('of a table or a text is one row', () => {
    expect([...truthOfMask({ width: 3, height: 1, values: [0, 0, 1] }, layout(3), 'm.npy')]).toEqual([0, 0, 1])
  })

  it.each([
    [
      'another size',
      { width: 2, height: 3, values: [] },
      'm.png: the mask is 2 × 3 and its input 3 × 2: make them equal',
    ],
    [
      'too few numbers',
      { width: 3, height: 2, values: [1] },
      'm.png: the mask has 1 numbers and 3 × 2 places: give one each',
    ],
  ])('of %s is refused', (_, mask, message) => {
    expect(() => truthOfMask(mask, layout(2, 3), 'm.png')).toThrow(message)
  })

  it('of a picture that was resized has the size of the picture', () => {
    const framing = {
      natural: { width: 8, height: 4 },
      ...frameOf({ width: 8, height: 4 }, whole, geometry(2, 2)),
    }
    const small = { width: 2, height: 2, values: [0, 1, 1, 0] }
    expect(() => truthOfMask(small, layout(2, 2), 'm.png', framing)).toThrow('the mask is 2 × 2 and its input 8 × 4')
  })

  it('is resized and cropped with its picture, to the nearest pixel', () => {
    const random = new Random(1, 'mask')
    const natural = { width: 37, height: 23 }
    const values = Array.from({ length: 37 * 23 }, () => (random.uniform() < 0.5 ? 255 : 0))
    const frame = frameOf(natural, { ...whole, resize: 16, crop: { width: 12, height: 12 } }, geometry(12, 12))
    const picture = { ...natural, data: Uint8Array.from(values.flatMap(own => [own, own, own])) }
    const expected = resample(picture, frame.resized, 'nearest', frame.crop).data
    const truth = truthOfMask({ ...natural, values }, layout(12, 12), 'm.png', { natural, ...frame })
    expect([...truth]).toEqual(Array.from(truth, (_, i) => ((expected[3 * i] as number) > 127 ? 1 : 0)))
    expect(new Set(truth)).toEqual(new Set([0, 1]))
  })
})

describe('boxes', () => {
  const shown = (truth: Uint8Array, width: number) =>
    Array.from({ length: truth.length / width }, (_, y) => [...truth.subarray(y * width, (y + 1) * width)].join(''))

  it('hold the places whose middle they hold, within the picture', () => {
    const boxes = [
      { x: 1, y: 0, width: 2, height: 1 },
      { x: 3.4, y: 1.6, width: 10, height: 10 },
    ]
    expect(shown(truthOfBoxes(boxes, layout(3, 5), 'b.csv'), 5)).toEqual(['01100', '00000', '00011'])
  })

  it('are moved with their picture', () => {
    const natural = { width: 8, height: 4 }
    const framing = { natural, resized: { width: 4, height: 2 }, crop: { left: 1, top: 0, width: 2, height: 2 } }
    const boxes = [{ x: 4, y: 2, width: 2, height: 2 }]
    expect(shown(truthOfBoxes(boxes, layout(2, 2), 'b.csv', framing), 2)).toEqual(['00', '01'])
    // What was cropped away is not seen.
    const away = [{ x: 0, y: 0, width: 2, height: 4 }]
    expect(shown(truthOfBoxes(away, layout(2, 2), 'b.csv', framing), 2)).toEqual(['00', '00'])
  })

  it('equal the mask that shows them', () => {
    const values = [0, 0, 0, 0, 1, 1, 0, 1, 1]
    const mask: Mask = { width: 3, height: 3, values }
    expect(truthOfBoxes([{ x: 1, y: 1, width: 2, height: 2 }], layout(3, 3), 'b')).toEqual(
      truthOfMask(mask, layout(3, 3), 'm'),
    )
  })

  it('that are none are refused', () => {
    const box = { x: 1, y: 1, width: 0, height: 2 }
    expect(() => truthOfBoxes([box], layout(3, 3), 'b.csv')).toThrow('b.csv: (1, 1, 0, 2) is no box')
    expect(() => truthOfBoxes([{ ...box, width: Number.NaN }], layout(3, 3), 'b.csv')).toThrow('is no box')
  })
})

function geometry(width: number, height: number) {
  return { channels: 3, layout: 'NCHW', width, height } as const
}
