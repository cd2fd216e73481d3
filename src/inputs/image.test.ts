import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { blackPng } from '../../test/support/png.ts'
import { DeepTaylorError } from '../core/diagnostics.ts'
import type { PictureGeometry } from './geometry.ts'
import { decodeImage, readImage } from './image.ts'
import { type Preprocessing, preprocessingFrom } from './preprocessing.ts'

const folder = mkdtempSync(join(tmpdir(), 'deeptaylor-image-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const none = preprocessingFrom('none')
const free: PictureGeometry = { channels: 3, layout: 'NCHW', width: undefined, height: undefined }
const raw = (width: number, height: number, channels: 1 | 2 | 3 | 4, ...data: number[]) =>
  sharp(Uint8Array.from(data), { raw: { width, height, channels } })
const read = (source: string | Uint8Array, preprocessing: Preprocessing = none, geometry = free) =>
  readImage(source, { name: 'p', preprocessing, geometry })
const pixels = async (source: Uint8Array) => Array.from((await decodeImage(source, 'p')).data)

/** Red, green over blue, white. */
const four = () => raw(2, 2, 3, 255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255)

/** 75 × 50 pixels; the same are made in Python for the reference below. */
const noise = () => raw(75, 50, 3, ...Array.from({ length: 75 * 50 * 3 }, (_, i) => (i * 7919) % 256))

describe('readImage', () => {
  it('lays channels out as the model has them', async () => {
    const png = await four().png().toBuffer()
    const first = await read(png)
    expect(first.tensor.dims).toEqual([1, 3, 2, 2])
    expect(Array.from(first.tensor.data)).toEqual([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255])
    const last = await read(png, none, { ...free, layout: 'NHWC' })
    expect(last.tensor.dims).toEqual([1, 2, 2, 3])
    expect(Array.from(last.tensor.data)).toEqual(Array.from(last.picture.data))
  })

  it('normalises by hand-checked numbers', async () => {
    const png = await raw(1, 1, 3, 255, 128, 0).png().toBuffer()
    const values = async (name: string) => Array.from((await read(png, preprocessingFrom(name), one)).tensor.data)
    const one = { ...free, width: 1, height: 1 }
    // (1 − .485) / .229, (128/255 − .456) / .224, (0 − .406) / .225
    const [r, g, b] = await values('imagenet')
    expect(r).toBeCloseTo(2.248908, 5)
    expect(g).toBeCloseTo(0.205182, 5)
    expect(b).toBeCloseTo(-1.804444, 5)
    // Blue first: 0 − 103.939, 128 − 116.779, 255 − 123.68
    const caffe = await values('caffe')
    expect(caffe.map(v => Math.round(v * 1e3) / 1e3)).toEqual([-103.939, 11.221, 131.32])
    const tensorflow = await values('tensorflow')
    expect(tensorflow).toEqual([1, Math.fround(128 / 127.5 - 1), -1])
    expect(await values('unit')).toEqual([1, Math.fround(128 / 255), 0])
    expect(await values('none')).toEqual([255, 128, 0])
  })

  it('equals torchvision: Resize(32), CenterCrop(28), ToTensor, Normalize', async () => {
    const geometry = { ...free, width: 28, height: 28 }
    const { tensor } = await read(await noise().png().toBuffer(), preprocessingFrom('imagenet'), geometry)
    expect(tensor.dims).toEqual([1, 3, 28, 28])
    const at = (c: number, y: number, x: number) => tensor.data[(c * 28 + y) * 28 + x]
    // torchvision 0.28's values at these places; its rounding is to 5 digits here.
    const reference = [
      [at(0, 0, 0), 0.21106],
      [at(1, 5, 9), 0.73039],
      [at(2, 27, 27), 0.26963],
      [at(0, 27, 0), 0.09119],
      [at(1, 0, 27), 0.46779],
    ] as const
    for (const [ours, theirs] of reference) expect(ours).toBeCloseTo(theirs, 4)
    expect(tensor.data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(533.0125, 3)
  })

  it('makes grey of colour as Pillow does, and leaves grey alone', async () => {
    const grey: PictureGeometry = { ...free, channels: 1 }
    const png = await raw(3, 1, 3, 10, 200, 30, 255, 0, 0, 7, 7, 7).png().toBuffer()
    const { tensor } = await read(png, none, grey)
    expect(tensor).toEqual({ dims: [1, 1, 1, 3], data: Float32Array.of(124, 76, 7) })
    const all = await raw(256, 1, 1, ...Array(256).keys())
      .png()
      .toBuffer()
    expect(Array.from((await read(all, none, grey)).tensor.data)).toEqual([...Array(256).keys()])
  })

  it('shows the region that the network sees, as finely as the source has it', async () => {
    const png = await noise().png().toBuffer()
    const cropped = await read(png, preprocessingFrom('imagenet'), { ...free, width: 28, height: 28 })
    // 28 of 32 of the 50 pixels' shorter edge.
    expect(cropped.picture).toMatchObject({ width: 44, height: 44 })
    const squeezed = await read(png, none, { ...free, width: 10, height: 10 })
    expect(squeezed.picture).toMatchObject({ width: 50, height: 50 })
    const whole = await read(png)
    expect(whole.picture).toMatchObject({ width: 75, height: 50 })
    const large = await raw(3000, 30, 1, ...new Uint8Array(90_000))
      .png()
      .toBuffer()
    expect((await read(large)).picture).toMatchObject({ width: 2048, height: 20 })
  })

  it('stops when it is told to', async () => {
    const png = await four().png().toBuffer()
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(readImage(png, { name: 'p', preprocessing: none, geometry: free, signal })).rejects.toThrow('enough')
  })
})

const inkRed =
  '/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgWFBgSFBUU/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EABQAAQAAAAAAAAAAAAAAAAAAAAn/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oADgRDAE0AWQBLAAA/AFTFUKoqb//Z'

describe('decodeImage', () => {
  it('turns the picture as EXIF says', async () => {
    const upright = await pixels(await four().png().toBuffer())
    const at = (...order: number[]) => order.flatMap(i => upright.slice(i * 3, i * 3 + 3))
    const turned = async (orientation: number) => pixels(await four().withMetadata({ orientation }).png().toBuffer())
    expect(await turned(3)).toEqual(at(3, 2, 1, 0))
    expect(await turned(6)).toEqual(at(2, 0, 3, 1))
    expect(await turned(5)).toEqual(at(0, 2, 1, 3))
    const tall = await noise().withMetadata({ orientation: 8 }).jpeg().toBuffer()
    expect(await decodeImage(tall, 'p')).toMatchObject({ width: 50, height: 75 })
  })

  it('puts what is transparent on white', async () => {
    const png = await raw(3, 1, 4, 255, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 51).png().toBuffer()
    expect(await pixels(png)).toEqual([255, 0, 0, 255, 255, 255, 204, 204, 204])
    const greyAlpha = await raw(2, 1, 2, 0, 255, 0, 0).png().toBuffer()
    expect(await pixels(greyAlpha)).toEqual([0, 0, 0, 255, 255, 255])
  })

  it('reads grey, palettes, 16 bits and CMYK as 8-bit sRGB', async () => {
    expect(await pixels(await raw(2, 1, 1, 9, 200).png().toBuffer())).toEqual([9, 9, 9, 200, 200, 200])
    const palette = await four().png({ palette: true }).toBuffer()
    expect(await pixels(palette)).toEqual(await pixels(await four().png().toBuffer()))
    const deep = await raw(2, 1, 3, 9, 100, 200, 0, 128, 255).toColourspace('rgb16').png().toBuffer()
    expect((await sharp(deep).metadata()).depth).toBe('ushort')
    expect(await pixels(deep)).toEqual([9, 100, 200, 0, 128, 255])
    const deepGrey = await raw(2, 1, 1, 9, 200).toColourspace('grey16').png().toBuffer()
    expect((await sharp(deepGrey).metadata()).depth).toBe('ushort')
    expect(await pixels(deepGrey)).toEqual([9, 9, 9, 200, 200, 200])
    const ink = await noise().toColourspace('cmyk').jpeg().toBuffer()
    expect((await sharp(ink).metadata()).space).toBe('cmyk')
    expect(await decodeImage(ink, 'p')).toMatchObject({ width: 75, height: 50 })
    // Pillow: Image.new('CMYK', (8, 8), (0, 255, 255, 0)), the full inks of red; printed, it is not quite (255, 0, 0).
    const red = await pixels(Buffer.from(inkRed, 'base64'))
    expect(red).toHaveLength(8 * 8 * 3)
    expect(red[0]).toBeGreaterThan(220)
    expect(Math.max(red[1] as number, red[2] as number)).toBeLessThan(50)
  })

  it('reads WebP, and a path like its bytes', async () => {
    const webp = await four().webp({ lossless: true }).toBuffer()
    const path = join(folder, 'four().webp')
    writeFileSync(path, webp)
    expect(Array.from((await decodeImage(path, 'p')).data)).toEqual(await pixels(await four().png().toBuffer()))
  })
})

/** The error of a picture that cannot be read: one line that begins with its name. */
async function faultOf(source: string | Uint8Array): Promise<string> {
  const error = await decodeImage(source, 'bad.png').catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(DeepTaylorError)
  const { code, message } = error as DeepTaylorError
  expect(code).toBe('image-unreadable')
  expect(message).toMatch(/^bad\.png: not a readable picture: [^\n]+$/)
  return message
}

describe('pictures that cannot be read', () => {
  it('cut short', async () => {
    for (const file of [
      await noise().png().toBuffer(),
      await noise().jpeg().toBuffer(),
      await noise().webp().toBuffer(),
    ]) {
      for (const share of [0.1, 0.5, 0.9]) {
        expect(await faultOf(file.subarray(0, Math.round(file.length * share)))).toMatch(/damaged or cut short/)
      }
    }
  })

  it('damaged', async () => {
    const png = Uint8Array.from(await noise().png().toBuffer())
    png.fill(0x55, 60, 100)
    expect(await faultOf(png)).toMatch(/damaged/)
  })

  it.each<[string, string, RegExp]>([
    ['empty', '', /the file is empty/],
    ['text', 'words', /another kind; PNG, JPEG and WebP are understood/],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', /SVG/],
    ['XML', '\u00ef\u00bb\u00bf<?xml version="1.0"?><svg/>', /SVG or another XML/],
    ['PDF', '%PDF-1.7', /PDF/],
    ['HEIC', '\0\0\0\x18ftypheic', /HEIC/],
  ])('%s', async (_, content, words) => {
    expect(await faultOf(Buffer.from(content, 'latin1'))).toMatch(words)
  })

  it('of formats that sharp could read', async () => {
    expect(await faultOf(await four().gif().toBuffer())).toMatch(/GIF/)
    expect(await faultOf(await four().tiff().toBuffer())).toMatch(/TIFF/)
  })

  it('not there, or a folder', async () => {
    expect(await faultOf(join(folder, 'nothing.png'))).toMatch(/there is no such file/)
    await faultOf(folder)
  })

  it('too large, without decoding it', async () => {
    // 900 million pixels, announced by a header; the rows are missing, and decoding would say so.
    const png = blackPng(30_000, 30_000, 1)
    expect(await faultOf(png)).toMatch(/30000 × 30000 pixels and the limit is 268 million/)
  })
})
