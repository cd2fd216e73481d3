import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Picture } from '../inputs/picture.ts'
import { colormaps, diverging } from './colormap.ts'
import { renderHeatmap, renderOverlay, renderTransparent } from './heatmap.ts'
import { heatmapPicture, type RenderOptions } from './paint.ts'
import { type Plane, planeOf } from './plane.ts'

const planeFrom = (width: number, height: number, values: (i: number) => number): Plane =>
  planeOf({ dims: [1, height, width], data: Float32Array.from({ length: width * height }, (_, i) => values(i)) })

async function decoded(png: Uint8Array): Promise<Picture & { at: (x: number, y: number) => number[] }> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true })
  expect(info.channels).toBe(3)
  const at = (x: number, y: number) => Array.from(data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3))
  return { width: info.width, height: info.height, data, at }
}

/** Against, nothing; a quarter of the largest, the largest. */
const four = planeFrom(2, 2, i => [-4, 0, 1, 4][i] as number)

describe('heatmapPicture', () => {
  it('draws shares of the extent by their square root', () => {
    const colors = [-1, 0, 0.5, 1].flatMap(value => diverging(value))
    expect(heatmapPicture(four)).toEqual({ width: 2, height: 2, data: Uint8Array.from(colors) })
  })

  it('draws linearly, or to another extent, when it is told to', () => {
    const third = (options: RenderOptions) => Array.from(heatmapPicture(four, options).data.subarray(6, 9))
    expect(third({ exponent: 1 })).toEqual(diverging(0.25))
    expect(third({ extent: 1 })).toEqual(diverging(1))
    expect(third({ extent: 0.5 })).toEqual(diverging(1))
  })

  it('draws nothing as nothing, and what is no number too', () => {
    const blank = Array.from({ length: 4 }, () => diverging(0)).flat()
    expect(Array.from(heatmapPicture(planeFrom(2, 2, () => 0)).data)).toEqual(blank)
    expect(Array.from(heatmapPicture(planeFrom(2, 2, () => Number.NaN)).data)).toEqual(blank)
  })
})

describe('renderHeatmap', () => {
  it('draws every place as a square of one colour', async () => {
    const picture = await decoded(await renderHeatmap(four, { scale: 5 }))
    expect(picture).toMatchObject({ width: 10, height: 10 })
    for (let y = 0; y < 10; y++) {
      for (let x = 0; x < 10; x++) {
        const value = [-1, 0, 0.5, 1][Math.floor(y / 5) * 2 + Math.floor(x / 5)] as number
        expect(picture.at(x, y)).toEqual(diverging(value))
      }
    }
  })

  it.each([
    [28, 28, 392, 392],
    [224, 224, 448, 448],
    [100, 50, 800, 400],
    [3000, 2000, 3000, 2000],
    // Strips: what a square place would make a line is drawn taller.
    [13, 1, 2041, 157],
    [1000, 1, 2000, 48],
    [1, 1000, 48, 2000],
    [1000, 4, 2000, 48],
  ])('draws %i × %i places as %i × %i pixels', async (width, height, expectedWidth, expectedHeight) => {
    const picture = await sharp(await renderHeatmap(planeFrom(width, height, i => i))).metadata()
    expect(picture).toMatchObject({ width: expectedWidth, height: expectedHeight })
  })

  it('parts the slices of a volume by grey lines', async () => {
    const volume = planeOf({ dims: [1, 4, 2, 2], data: Float32Array.from({ length: 16 }, () => 1) })
    const picture = await decoded(await renderHeatmap(volume, { scale: 6 }))
    expect(picture).toMatchObject({ width: 24, height: 24 })
    expect(picture.at(12, 3)).toEqual([170, 170, 170])
    expect(picture.at(3, 12)).toEqual([170, 170, 170])
    for (const [x, y] of [
      [0, 0],
      [11, 11],
      [13, 13],
    ] as const) {
      expect(picture.at(x, y)).toEqual(diverging(1))
    }
  })

  it('writes the same bytes every time', async () => {
    expect(await renderHeatmap(four)).toEqual(await renderHeatmap(four))
  })

  it.each([0, -1, 1.5, Number.NaN, 1e6])('refuses a scale of %d', async scale => {
    await expect(renderHeatmap(four, { scale })).rejects.toMatchObject({ code: 'option-invalid' })
  })
})

describe('renderOverlay', () => {
  const picture: Picture = { width: 2, height: 2, data: Uint8Array.of(0, 0, 0, 255, 255, 255, 0, 255, 0, 9, 9, 9) }

  it('leaves a grey picture where there is no relevance', async () => {
    const { at } = await decoded(
      await renderOverlay(
        planeFrom(2, 2, () => 0),
        picture,
        { scale: 3 },
      ),
    )
    // .35 · 255; .95 · 255; .35 · 255 + .6 · .7152 · 255
    expect(at(0, 0)).toEqual([89, 89, 89])
    expect(at(5, 0)).toEqual([242, 242, 242])
    expect(at(2, 3)).toEqual([199, 199, 199])
  })

  it('covers it with colour where relevance is largest, and mixes in between', async () => {
    const { at } = await decoded(await renderOverlay(four, picture, { scale: 3 }))
    expect(at(0, 0)).toEqual(diverging(-0.85))
    expect(at(5, 5)).toEqual(diverging(0.85))
    expect(at(5, 0)).toEqual([242, 242, 242])
    // The square root of a quarter: alpha 1.25 · .5 over the green pixel's grey.
    const [r, g, b] = diverging(0.65)
    const ground = 0.35 * 255 + 0.6 * 0.7152 * 255
    expect(at(0, 5)).toEqual([r, g, b].map(color => Math.round(ground * 0.375 + color * 0.625)))
  })

  it('stretches a picture of any size over the plane, in register', async () => {
    // The left half is white, at every size.
    for (const [width, height] of [
      [2, 1],
      [30, 7],
      [4, 640],
    ] as const) {
      const halves = Uint8Array.from({ length: width * height * 3 }, (_, i) =>
        Math.floor(i / 3) % width < width / 2 ? 255 : 0,
      )
      const plane = planeFrom(4, 4, () => 0)
      const result = await decoded(await renderOverlay(plane, { width, height, data: halves }, { scale: 10 }))
      expect(result).toMatchObject({ width: 40, height: 40 })
      expect(result.at(3, 20)).toEqual([242, 242, 242])
      expect(result.at(36, 20)).toEqual([89, 89, 89])
      // However soft the edge, it is in the middle: its sides mirror each other.
      for (let x = 0; x < 20; x++) {
        const [left, right] = [result.at(x, 20)[0] as number, result.at(39 - x, 20)[0] as number]
        expect(Math.abs(left + right - 242 - 89)).toBeLessThanOrEqual(1)
      }
    }
  })

  it('does not change the picture', async () => {
    const before = Uint8Array.from(picture.data)
    await renderOverlay(four, picture, { scale: 1 })
    expect(picture.data).toEqual(before)
  })
})

describe('options', () => {
  const black: Picture = { width: 2, height: 2, data: new Uint8Array(12) }

  it('colormap: a sequential one shows what is for, and the rest as nothing', () => {
    const { color } = colormaps.viridis
    expect(Array.from(heatmapPicture(four, { colormap: 'viridis' }).data)).toEqual(
      [0, 0, 0.5, 1].flatMap(value => color(value)),
    )
  })

  it('opacity: 0 leaves the grey picture, and in between is in between', async () => {
    const [none, half, all] = await Promise.all(
      [0, 0.5, 1].map(async opacity => decoded(await renderOverlay(four, black, { scale: 1, opacity }))),
    )
    expect(none?.at(1, 1)).toEqual([89, 89, 89])
    expect(all?.at(1, 1)).toEqual(diverging(0.85))
    expect(half?.at(1, 1)).toEqual(diverging(0.85).map(level => Math.round((level + 0.35 * 255) / 2)))
  })

  it('transparent: alpha is strength, so that laying it over grey gives the overlay', async () => {
    const { data, info } = await sharp(await renderTransparent(four, { scale: 2 }))
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ width: 4, height: 4, channels: 4 })
    const at = (x: number, y: number) => Array.from(data.subarray((y * 4 + x) * 4, (y * 4 + x) * 4 + 4))
    expect(at(0, 0)).toEqual([...diverging(-0.85), 255])
    expect(at(2, 0)[3]).toBe(0)
    expect(at(1, 3)).toEqual([...diverging(0.65), Math.round(255 * 0.625)])
    const over = await decoded(await renderOverlay(four, black, { scale: 2 }))
    const [r, g, b, alpha] = at(1, 3) as [number, number, number, number]
    const mixed = [r, g, b].map(level => Math.round((alpha / 255) * level + (1 - alpha / 255) * 0.35 * 255))
    over.at(1, 3).forEach((level, c) => {
      expect(Math.abs(level - (mixed[c] as number))).toBeLessThanOrEqual(1)
    })
  })

  it('smooth: interpolates in register, and never beyond the extent', async () => {
    const spot = planeFrom(5, 5, i => (i === 12 ? 1 : 0))
    const { at } = await decoded(await renderHeatmap(spot, { scale: 9, smooth: true }))
    expect(at(22, 22)).toEqual(diverging(1))
    expect(at(0, 0)).toEqual(diverging(0))
    for (let x = 0; x < 45; x++) {
      expect(at(x, 22)).toEqual(at(44 - x, 22))
      expect(at(22, x)).toEqual(at(x, 22))
    }
    const shades = new Set(Array.from({ length: 45 }, (_, x) => at(x, 22).join()))
    expect(shades.size).toBeGreaterThan(8)
  })

  it('contours: a dark line around the strongest, and none where nothing is', async () => {
    const hill = planeFrom(32, 32, i => Math.exp(-(((i % 32) - 15.5) ** 2 + (Math.floor(i / 32) - 15.5) ** 2) / 40))
    const plain = await decoded(await renderHeatmap(hill, { scale: 10 }))
    const lined = await decoded(await renderHeatmap(hill, { scale: 10, contours: [0.5] }))
    const dark = (picture: typeof lined, x: number) => picture.at(x, 160).every(level => level < 60)
    // exp(−r²/40) = ½ at r = 5.3 places; the blur of half a place moves it a little.
    const crossings = Array.from({ length: 320 }, (_, x) => x).filter(x => dark(lined, x) && !dark(plain, x))
    expect(crossings.length).toBeGreaterThan(0)
    for (const x of crossings) expect(Math.abs(Math.abs(x - 160) - 53)).toBeLessThan(6)
    const nothing = planeFrom(8, 8, () => 0)
    expect(await renderHeatmap(nothing, { contours: [0.5] })).toEqual(await renderHeatmap(nothing))
  })

  it('description: travels in the file, in any script', async () => {
    const { xmp } = await sharp(await renderHeatmap(four, { description: 'ΣR −1 <星>' })).metadata()
    expect(xmp?.toString('utf8')).toContain('ΣR −1 &lt;星&gt;')
  })
})
