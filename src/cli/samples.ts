/** Files of an evaluation's data as its inputs, one sample each: read when their turn comes, and not kept. */

import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import type { EvaluationInput, EvaluationItem } from '../evaluate/options.ts'
import type { FurtherInputs } from '../explainer/further-inputs.ts'
import { plainReason } from '../explainer/load-model.ts'
import { floatsOf, type NpyArray, numbersIn, tokensOf } from '../inputs/npy.ts'
import { openNpyRows } from '../inputs/npy-rows.ts'
import { decodeNpz } from '../inputs/npz.ts'
import { parseTable } from '../inputs/table.ts'
import type { ModelContext } from './context.ts'
import type { DataFile, DataFiles } from './data-set.ts'
import type { ReadTruth } from './ground-truth.ts'
import { companionsOf, type Input, readInput } from './inputs.ts'

/** An input, with what it is shown as. */
export interface Sample extends EvaluationInput, Pick<Input, 'features' | 'text'> {
  readonly picture?: Input['picture']
}

/** What files are read with. */
export interface ReadOptions {
  readonly context: ModelContext
  /** What the model reads besides the data. */
  readonly further: FurtherInputs
  readonly labelColumn: string | undefined
  readonly readTruth: ReadTruth | undefined
  /** Called with what a reader of the figures must know. */
  readonly onWarning: (message: string) => void
}

type Item = EvaluationItem<Sample>

/** The inputs of a run; of a file that cannot be opened, one that says so when its turn comes. */
export async function samplesOf({ kind, files }: DataFiles, options: ReadOptions): Promise<readonly Item[]> {
  if (options.labelColumn !== undefined && kind !== 'table') {
    throw new DeepTaylorError('option-invalid', { option: '--label-column', reason: 'only .csv tables have columns' })
  }
  const items: Item[] = []
  for (const file of files) items.push(...(await itemsOf(file, options)))
  return items
}

async function itemsOf(file: DataFile, options: ReadOptions): Promise<readonly Item[]> {
  const { id, label, path } = file
  const open = {
    '.npy': () => npyItems(file, options),
    '.npz': () => npzItems(file, options),
    '.csv': () => tableItems(file, options),
  }[extname(path).toLowerCase()]
  if (!open) return [{ id, label, read: () => readSample(file, options) }]
  try {
    return await open()
  } catch (error) {
    // A column that is not there is no fault of one file.
    if (!(error instanceof DeepTaylorError) || options.labelColumn !== undefined) throw error
    return [
      {
        id,
        label,
        read: () => {
          throw error
        },
      },
    ]
  }
}

async function readSample(file: DataFile, options: ReadOptions): Promise<Sample> {
  const { context, further, readTruth, onWarning } = options
  const { warnings = [], ...input } = await readInput(file.path, context)
  for (const warning of warnings) onWarning(warning)
  const truth = await readTruth?.(file, input.tensor.dims)
  return { ...input, ...further, ...companionsOf(input), ...(truth && { truth }) }
}

/** Samples of an array lie along its first axis, where it has as many axes as the model's input. */
async function npyItems({ path, id, label }: DataFile, options: ReadOptions): Promise<readonly Item[]> {
  const { dims, read } = await openNpyRows(path)
  if (dims.length < rankOf(options)) return [{ id, label, read: () => wholeFile(path, options) }]
  return Array.from({ length: dims[0] ?? 0 }, (_, i) => ({
    id: sampleId(id, i, dims[0] ?? 0),
    label,
    read: async () => ({ tensor: tensorOf(await read(i), path, options), ...options.further }),
  }))
}

async function wholeFile(path: string, options: ReadOptions): Promise<Sample> {
  const { tensor } = await readInput(path, options.context)
  return { tensor, ...options.further }
}

/** An archive of `x`, and perhaps `y`, classes by index, and `mask`, a number per place. */
async function npzItems({ path, id, label }: DataFile, options: ReadOptions): Promise<readonly Item[]> {
  const fault = (reason: string) => new DeepTaylorError('input-invalid', { input: path, reason })
  const arrays = decodeNpz(await bytesOf(path), path, ['x', 'y', 'mask'])
  const x = arrays.get('x')
  if (!x) throw fault('it holds no array "x"')
  const count = x.dims.length < rankOf(options) ? 1 : (x.dims[0] ?? 0)
  const of = (name: string): readonly Float64Array[] | undefined => {
    const array = arrays.get(name)
    if (!array) return undefined
    if (count !== 1 && array.dims[0] !== count) throw fault(`it holds ${count} samples and "${name}" ${array.dims[0]}`)
    const numbers = numbersIn(array)
    const size = numbers.length / count
    return Array.from({ length: count }, (_, i) => numbers.subarray(i * size, (i + 1) * size))
  }
  const [labels, masks] = [of('y'), of('mask')]
  if (labels?.some(one => one.length !== 1 || !Number.isInteger(one[0]))) {
    throw fault('"y" is not one whole number per sample, the index of its class')
  }
  const size = x.bytes.length / count
  const sample = x.dims.length < rankOf(options) ? x.dims : x.dims.slice(1)
  return Array.from({ length: count }, (_, i) => ({
    id: sampleId(id, i, count),
    label: labels?.[i]?.[0] ?? label,
    read: () => {
      const own = { dtype: x.dtype, dims: [1, ...sample], bytes: x.bytes.slice(i * size, (i + 1) * size) }
      const mask = masks?.[i]
      return {
        tensor: tensorOf(own, path, options),
        ...options.further,
        ...(mask && { truth: Uint8Array.from(mask, value => (value > 0 ? 1 : 0)) }),
      }
    },
  }))
}

/** A row of a table is a sample. */
async function tableItems(
  { path, id, label }: DataFile,
  { labelColumn, further }: ReadOptions,
): Promise<readonly Item[]> {
  const text = new TextDecoder().decode(await bytesOf(path))
  const { tensor, features, labels } = parseTable(text, path, { labelColumn })
  const [rows = 0, columns = 0] = tensor.dims
  return Array.from({ length: rows }, (_, i) => ({
    id: sampleId(id, i, rows),
    label: labels?.[i] ?? label,
    read: () => ({
      tensor: { dims: [1, columns], data: tensor.data.slice(i * columns, (i + 1) * columns) },
      features,
      ...further,
    }),
  }))
}

function sampleId(id: string, index: number, count: number): string {
  return count === 1 ? id : `${id}[${index}]`
}

function rankOf({ context }: ReadOptions): number {
  return context.dims?.length ?? 0
}

function tensorOf(array: NpyArray, path: string, { context }: ReadOptions) {
  return context.readsTokens ? tokensOf(array, path) : floatsOf(array, path)
}

async function bytesOf(path: string): Promise<Uint8Array> {
  return readFile(path).catch(error => {
    throw new DeepTaylorError('input-invalid', { input: path, reason: plainReason(error) || reasonOf(error) }, error)
  })
}
