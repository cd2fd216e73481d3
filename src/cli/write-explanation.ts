/** The files of one explanation, and what is shown of it. */

import { join } from 'node:path'
import type { Explanation } from '../explainer/explanation.ts'
import type { Picture } from '../inputs/image.ts'
import { encodeNpy } from '../inputs/npy.ts'
import { type BarsOptions, type Feature, renderBars } from '../render/bars.ts'
import { renderHeatmap, renderOverlay } from '../render/heatmap.ts'
import { heatmapPicture } from '../render/paint.ts'
import { type Plane, planeOf } from '../render/plane.ts'
import { renderTerminal, supportsTrueColor } from '../render/terminal.ts'
import { type Word, type WordsOptions, wordsInColour, wordsPage } from '../render/words.ts'
import type { FloatTensor } from '../runtime/session.ts'
import { writeWhole } from './files.ts'
import type { Input } from './inputs.ts'
import type { MethodName } from './options.ts'
import type { ReportItem, ReportWord } from './report.ts'
import { baselineOf, featuresText, itemText, wordsText } from './text.ts'

/** The options that bear on it. */
export interface WriteOptions {
  readonly out: string
  readonly scale?: number
  readonly json?: true
}

/** What is known of an explanation besides its numbers. */
export interface Drawing {
  readonly path: string
  readonly name: string
  readonly method: MethodName
  readonly asked: string
  readonly input: Input
  readonly isNhwc: boolean
  /** Per sample. */
  readonly milliseconds: number
}

/** A sample's explanation, written: what the report says of it, and what people are told, in their terminal and on stderr. */
export interface Written {
  readonly item: ReportItem
  readonly text: string
  readonly warnings: readonly string[]
}

/** Writes the files of one explanation. */
export async function writeExplanation(
  explanation: Explanation,
  drawing: Drawing,
  opts: WriteOptions,
): Promise<readonly Written[]> {
  const { path, name, method, asked, input, isNhwc, milliseconds } = drawing
  const stem = `${name}.${method}.${fileWord(asked)}`
  const relevance = `${stem}.relevance.npy`
  const isBatch = explanation.samples.length > 1
  const layers = await writeLayers(explanation.layers, stem, 'relevance', opts)
  const factors = await writeLayers(explanation.factors, stem, 'factor', opts)
  const written: Written[] = []
  for (const [i, sample] of explanation.samples.entries()) {
    const base = isBatch ? `${stem}.${i}` : stem
    const features = featuresOf(input, explanation, i)
    const { words, padding } = wordsOf(input, explanation)
    const { label, versus } = sample.target
    const title = `evidence for ${versus ? `${label} versus ${versus.label}` : label}, by ${method}`
    const plane = planeOf(sampleOf(explanation.relevance, i), isNhwc)
    const drawn = features
      ? await drawBars(features, { title, baseline: baselineOf(sample), total: sample.logit }, base, opts)
      : words
        ? await drawWords(words, { title, ...(padding !== undefined && { padding }) }, base, opts)
        : await draw(plane, input.picture, base, opts)
    const { warnings, ...facts } = sample
    const item: ReportItem = {
      input: path,
      ...(isBatch && { sample: i }),
      method,
      asked,
      ...facts,
      warnings: [...(input.warnings ?? []), ...warnings.map(warning => warning.message)],
      ...(features && { features }),
      ...(words && { words }),
      ...(padding !== undefined && { padding }),
      files: { ...drawn, relevance, ...(layers && { layers }), ...(factors && { factors }) },
      milliseconds: Math.round(milliseconds * 100) / 100,
    }
    const text = opts.json ? '' : shown(item, plane, input.picture, opts.out)
    written.push({ item, text, warnings: opts.json ? [] : warnings.map(({ message }) => message) })
  }
  await writeWhole(join(opts.out, relevance), encodeNpy(explanation.relevance))
  return written
}

/** Values of hidden layers as arrays, by layer. */
async function writeLayers(
  layers: ReadonlyMap<string, FloatTensor>,
  stem: string,
  kind: 'relevance' | 'factor',
  { out }: WriteOptions,
): Promise<Readonly<Record<string, string>> | undefined> {
  if (layers.size === 0) return undefined
  const files: Record<string, string> = {}
  for (const [layer, tensor] of layers) {
    const file = `${stem}.${fileWord(layer)}.${kind}.npy`
    await writeWhole(join(out, file), encodeNpy(tensor))
    files[layer] = file
  }
  return files
}

/** A table's row, column by column. */
function featuresOf(
  { features, tensor }: Input,
  { relevance }: Explanation,
  row: number,
): readonly Feature[] | undefined {
  return features?.map((name, i) => ({
    name,
    value: tensor.data[row * features.length + i] as number,
    relevance: relevance.data[row * features.length + i] as number,
  }))
}

/** A text, token by token, and what its padding got. */
function wordsOf(
  { text }: Input,
  { relevance: { data } }: Explanation,
): { readonly words?: readonly ReportWord[]; readonly padding?: number } {
  if (!text) return {}
  const { tokens, start } = text
  const words = tokens.map(({ text: word, token, id, isJoined, isSpecial }, i) => ({
    word,
    token,
    id,
    isJoined,
    ...(isSpecial && { isSpecial }),
    relevance: data[start + i] as number,
  }))
  if (data.length === tokens.length) return { words }
  const isPadding = (place: number) => place < start || place >= start + tokens.length
  return { words, padding: data.reduce((sum, value, place) => (isPadding(place) ? sum + value : sum), 0) }
}

async function drawBars(
  features: readonly Feature[],
  about: BarsOptions,
  base: string,
  { out }: WriteOptions,
): Promise<{ bars: string }> {
  const bars = `${base}.bars.svg`
  await writeWhole(join(out, bars), renderBars(features, about))
  return { bars }
}

async function drawWords(
  words: readonly Word[],
  about: WordsOptions,
  base: string,
  { out }: WriteOptions,
): Promise<{ words: string }> {
  const page = `${base}.words.html`
  await writeWhole(join(out, page), wordsPage(words, about))
  return { words: page }
}

async function draw(
  plane: Plane,
  picture: Picture | undefined,
  base: string,
  opts: WriteOptions,
): Promise<{ heatmap: string; overlay?: string }> {
  const scale = opts.scale === undefined ? {} : { scale: opts.scale }
  const heatmap = `${base}.heatmap.png`
  await writeWhole(join(opts.out, heatmap), await renderHeatmap(plane, scale))
  if (!picture) return { heatmap }
  const overlay = `${base}.overlay.png`
  await writeWhole(join(opts.out, overlay), await renderOverlay(plane, picture, scale))
  return { heatmap, overlay }
}

const terminalColumns = 32

function shown(item: ReportItem, plane: Plane, picture: Picture | undefined, folder: string): string {
  const hasColours = supportsTrueColor(process.env, process.stdout.isTTY === true)
  const lines = [itemText(item, folder)]
  if (item.features) lines.push(featuresText(item))
  if (item.words) lines.push(hasColours ? `  ${wordsInColour(item.words)}\n\n` : wordsText(item.words))
  if (!item.features && !item.words && hasColours) {
    const pictures = [...(picture ? [picture] : []), heatmapPicture(plane)]
    lines.push(`${renderTerminal(pictures, terminalColumns)}\n\n`)
  }
  return lines.join('')
}

function sampleOf({ dims, data }: FloatTensor, index: number): FloatTensor {
  const size = dims.slice(1).reduce((product, dim) => product * dim, 1)
  return { dims: dims.slice(1), data: data.subarray(index * size, (index + 1) * size) }
}

/** A target as a part of a file name. */
function fileWord(target: string): string {
  return target.replace(/[^\p{L}\p{N}_-]+/gu, '_').slice(0, 60)
}
