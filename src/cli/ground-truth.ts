/** Ground truth of pictures, from masks or boxes: that it fits is checked before a run begins, and it is read picture by picture. */

import { stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { DeepTaylorError } from '../core/diagnostics.ts'
import { layoutOf } from '../evaluate/layout.ts'
import { type Box, truthOfBoxes, truthOfMask } from '../evaluate/truth.ts'
import { frameOf } from '../inputs/framing.ts'
import { channelAxisOf } from '../inputs/geometry.ts'
import { decodeImage, imageSize } from '../inputs/image.ts'
import type { Size } from '../inputs/picture.ts'
import type { ModelContext } from './context.ts'
import { type DataFile, type DataFiles, nameOf } from './data-set.ts'
import { interrupted } from './interrupt.ts'
import { readSideTable } from './side-tables.ts'

/** Of a file and its input's shape, the truth; undefined where none is known. */
export type ReadTruth = (file: DataFile, dims: readonly number[]) => Promise<Uint8Array | undefined>

/** Where truth comes from, as the options say. */
export interface TruthOptions {
  readonly masks?: string | undefined
  readonly boxes?: string | undefined
}

/** The truth of the files, and what its sources were when the run began. */
export interface GroundTruth {
  readonly read: ReadTruth
  /** Files that have some. */
  readonly count: number
  readonly stamps: readonly string[]
}

/**
 * Finds the masks or boxes of the files; undefined where none were given.
 *
 * @throws DeepTaylorError `option-invalid`, `input-invalid` where one does not fit to its picture, or none belongs to any
 */
export async function findTruth(
  { masks, boxes }: TruthOptions,
  { kind, files }: DataFiles,
  context: ModelContext,
): Promise<GroundTruth | undefined> {
  if (masks === undefined && boxes === undefined) return undefined
  const option = masks === undefined ? '--boxes' : '--masks'
  const refused = (reason: string) => new DeepTaylorError('option-invalid', { option, reason })
  if (masks !== undefined && boxes !== undefined) throw refused('give masks or boxes, not both')
  if (kind !== 'picture') throw refused('only pictures have any; of arrays, give an .npz with "mask"')
  const truths = masks === undefined ? await boxesOf(boxes as string, files) : await masksOf(masks, files)
  await checkAll(truths)
  return {
    read: async (file, dims) => {
      const truth = truths.get(file.id)
      return truth && readTruth(truth, file, dims, context)
    },
    count: truths.size,
    stamps: [...truths].map(([id, truth]) => JSON.stringify([id, 'mask' in truth ? truth.stamp : truth.boxes])),
  }
}

/** A file's truth, not read yet. */
type Truth = ({ readonly mask: string; readonly stamp: string } | { readonly boxes: readonly Box[] }) & {
  readonly file: DataFile
}

async function masksOf(folder: string, files: readonly DataFile[]): Promise<ReadonlyMap<string, Truth>> {
  const found = new Map<string, Truth>()
  for (const file of files) {
    for (const name of new Set([file.id, nameOf(file)])) {
      const mask = join(folder, `${name.slice(0, name.length - extname(name).length)}.png`)
      const known = await stat(mask).catch(() => undefined)
      if (!known?.isFile()) continue
      found.set(file.id, { mask, stamp: `${known.size} ${Math.round(known.mtimeMs)}`, file })
      break
    }
  }
  if (found.size > 0) return found
  const reason = `no .png file in it is called as one of the data's, like ${nameOf(files[0] as DataFile)}`
  throw new DeepTaylorError('input-invalid', { input: folder, reason })
}

async function boxesOf(path: string, files: readonly DataFile[]): Promise<ReadonlyMap<string, Truth>> {
  const rowsOf = await readSideTable(path, ['x', 'y', 'width', 'height'], files)
  const found = new Map<string, Truth>()
  for (const file of files) {
    const boxes = rowsOf(file.id).map(({ x, y, width, height }) => {
      const numbers = [x, y, width, height].map(cell => (cell === '' ? Number.NaN : Number(cell)))
      const [left, top, across, down] = numbers as [number, number, number, number]
      if (numbers.every(Number.isFinite) && across > 0 && down > 0)
        return { x: left, y: top, width: across, height: down }
      const reason = `"${[x, y, width, height].join(',')}" of ${file.id} is no box: four numbers were expected, the last two above 0`
      throw new DeepTaylorError('input-invalid', { input: path, reason })
    })
    if (boxes.length > 0) found.set(file.id, { boxes, file })
  }
  return found
}

/** Headers that are read at a time. */
const readers = 8

/** Sizes are compared before anything is computed; pictures that cannot be read are left to their turn. */
async function checkAll(truths: ReadonlyMap<string, Truth>): Promise<void> {
  const all = [...truths.values()]
  for (let from = 0; from < all.length; from += readers) {
    interrupted.throwIfAborted()
    await Promise.all(all.slice(from, from + readers).map(checkOne))
  }
}

async function checkOne(truth: Truth): Promise<void> {
  const { path, id } = truth.file
  const size = await sizeOrNothing(path, id)
  if (!size) return
  if ('mask' in truth) {
    const own = await sizeOrNothing(truth.mask, truth.mask)
    if (!own || (own.width === size.width && own.height === size.height)) return
    const reason = `the mask has ${own.width} × ${own.height} pixels and its picture ${size.width} × ${size.height}`
    throw new DeepTaylorError('input-invalid', { input: truth.mask, reason })
  }
  const outside = truth.boxes.find(
    ({ x, y, width, height }) => x < 0 || y < 0 || x + width > size.width || y + height > size.height,
  )
  if (!outside) return
  const { x, y, width, height } = outside
  const reason = `its box ${width} × ${height} at ${x}, ${y} is not within its ${size.width} × ${size.height} pixels`
  throw new DeepTaylorError('input-invalid', { input: id, reason })
}

async function sizeOrNothing(path: string, name: string): Promise<Size | undefined> {
  return imageSize(path, name).catch(error => {
    if (error instanceof DeepTaylorError) return undefined
    throw error
  })
}

async function readTruth(
  truth: Truth,
  { path, id }: DataFile,
  dims: readonly number[],
  { geometry, preprocessing }: ModelContext,
): Promise<Uint8Array> {
  if (!geometry || !preprocessing) throw new DeepTaylorError('input-invalid', { input: id, reason: 'it is no picture' })
  const natural = await imageSize(path, id)
  const framing = { ...frameOf(natural, preprocessing, geometry), natural }
  const layout = layoutOf(dims, channelAxisOf(geometry))
  if ('boxes' in truth) return truthOfBoxes(truth.boxes, layout, id, framing)
  const { width, height, data } = await decodeImage(truth.mask, truth.mask)
  const values = Uint8Array.from({ length: width * height }, (_, i) =>
    Math.max(data[i * 3] as number, data[i * 3 + 1] as number, data[i * 3 + 2] as number),
  )
  return truthOfMask({ width, height, values }, layout, truth.mask, framing)
}
