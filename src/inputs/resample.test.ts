import { describe, expect, it } from 'vitest'
import type { Picture } from './picture.ts'
import { type Resampling, resample } from './resample.ts'

/** 5 × 4 pixels of no particular order. */
const source: Picture = { width: 5, height: 4, data: Uint8Array.from({ length: 60 }, (_, i) => (i * 7919) % 256) }

/** Pillow 13.0: `Image.fromarray(source).resize(size, kernel).tobytes().hex()`. */
const pillow: readonly (readonly [Resampling, number, number, string])[] = [
  ['nearest', 3, 2, '01f0df9b8a7935241303f2e19d8c7b372615'],
  [
    'nearest',
    8,
    6,
    '00efde00efdecdbcab9a89789a897867564534231234231201f0df01f0dfcebdac9b8a799b8a7968574635241335241301f0df01f0dfcebdac9b8a799b8a7968574635241335241302f1e002f1e0cfbead9c8b7a9c8b7a69584736251436251402f1e002f1e0cfbead9c8b7a9c8b7a69584736251436251403f2e103f2e1d0bfae9d8c7b9d8c7b6a5948372615372615',
  ],
  ['bilinear', 3, 2, '59dac99b8a794b3a295adbca9c8b7a4c3b2a'],
  [
    'bilinear',
    8,
    6,
    '00efde5ad9c8cab9a8aa99888a79686a59484a392834231201f0df5bdac9cbbaa9ab9a898b7a696b5a494b3a2935241301f0df5bdac9cbbaa9ab9a898b7a696b5a494b3a2935241302f1e05cdbcaccbbaaac9b8a8c7b6a6c5b4a4c3b2a36251403f2e15ddccbcdbcabad9c8b8d7c6b6d5c4b4d3c2b37261503f2e15ddccbcdbcabad9c8b8d7c6b6d5c4b4d3c2b372615',
  ],
  ['bicubic', 3, 2, '59decda58a794736255adfcea68b7a483726'],
  [
    'bicubic',
    8,
    6,
    '00f3e254ddccd1b9a8b399888a79686a5948463524301f0e00f3e254ddccd1b9a8b399888a79686a5948463524301f0e00f4e355decdd2baa9b49a898b7a696b5a4947362531200f00f5e456dfced3bbaab59b8a8c7b6a6c5b4a48372632211000f6e557e0cfd4bcabb69c8b8d7c6b6d5c4b49382733221100f6e557e0cfd4bcabb69c8b8d7c6b6d5c4b493827332211',
  ],
  ['lanczos', 3, 2, '5ae0cfad8a794134235be1d0ae8b7a423524'],
  [
    'lanczos',
    8,
    6,
    '00f3e252dfced5b8a7be9685847c6b6b5a49443322301f0e00f3e252dfced5b8a7be9685847c6b6b5a49443322301f0e00f4e353e0cfd6b9a8bf9786857d6c6c5b4a45342331200f00f5e454e1d0d7baa9c09887867e6d6d5c4b46352432211000f6e555e2d1d8bbaac19988877f6e6e5d4c47362533221100f6e555e2d1d8bbaac19988877f6e6e5d4c473625332211',
  ],
]

describe('resample', () => {
  it.each(pillow)('%s to %i × %i is Pillow, to the last bit', (kernel, width, height, expected) => {
    const resized = resample(source, { width, height }, kernel)
    expect(resized).toMatchObject({ width, height })
    expect(Buffer.from(resized.data).toString('hex')).toBe(expected)
  })

  it.each(['nearest', 'bilinear', 'bicubic', 'lanczos'] as const)('%s of a part is the part of the whole', kernel => {
    const size = { width: 13, height: 9 }
    const crop = { left: 4, top: 2, width: 6, height: 5 }
    const whole = resample(source, size, kernel).data
    const expected: number[] = []
    for (let y = 2; y < 7; y++) expected.push(...whole.subarray((y * 13 + 4) * 3, (y * 13 + 10) * 3))
    expect(Array.from(resample(source, size, kernel, crop).data)).toEqual(expected)
  })

  it.each(['nearest', 'bilinear', 'bicubic', 'lanczos'] as const)('%s to the same size changes nothing', kernel => {
    expect(resample(source, source, kernel).data).toEqual(source.data)
  })
})
