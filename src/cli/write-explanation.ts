/** The files of one explanation, and what is shown of it. */

import { basename, join } from 'node:path'
import type { Explanation, SampleExplanation } from '../explainer/explanation.ts'
import type { Picture } from '../inputs/image.ts'
import { encodeNpy } from '../inputs/npy.ts'
import { heatmapPicture } from '../render/paint.ts'
import { type Plane, planeOf } from '../render/plane.ts'
import { shortNumber } from '../render/shading.ts'
import { renderTerminal, supportsTrueColor } from '../render/terminal.ts'
import { wordsInColour } from '../render/words.ts'
import type { FloatTensor } from '../runtime/session.ts'
import { drawBars, drawPlane, drawWords } from './draw.ts'
import { type DrawOptions, shadingFrom } from './draw-options.ts'
import { writeWhole } from './files.ts'
import type { Input } from './inputs.ts'
import type { MethodName } from './options.ts'
import type { ReportItem } from './report.ts'
import { featuresOf, sampleOf, wordsOf } from './shown.ts'
import { baselineOf, featuresText, itemText, wordsText } from './text.ts'

/** The options that bear on it. */
export interface WriteOptions extends DrawOptions {
  readonly out: string
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
    const plane = planeOf(sampleOf(explanation.relevance, i), isNhwc, opts.channels)
    const about = { title, subtitle: subtitleOf(isBatch ? `${basename(path)} [${i}]` : basename(path), sample) }
    const { files: drawn, shading } = features
      ? await drawBars(features, { title, baseline: baselineOf(sample), total: sample.logit }, base, opts)
      : words
        ? await drawWords(words, { title, ...(padding !== undefined && { padding }) }, base, opts)
        : await drawPlane(plane, input.picture, about, base, opts)
    const { warnings, ...facts } = sample
    const item: ReportItem = {
      input: path,
      ...(isBatch && { sample: i }),
      method,
      asked,
      ...facts,
      warnings: [...(input.warnings ?? []), ...warnings.map(warning => warning.message)],
      drawing: {
        colormap: shading.colormap.name,
        extent: shading.extent,
        exponent: shading.exponent,
        ...(!features && !words && { channels: opts.channels ?? 'sum' }),
      },
      ...(features && { features }),
      ...(words && { words }),
      ...(padding !== undefined && { padding }),
      files: { ...drawn, relevance, ...(layers && { layers }), ...(factors && { factors }) },
      milliseconds: Math.round(milliseconds * 100) / 100,
    }
    const text = opts.json ? '' : shown(item, plane, input.picture, opts)
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

const terminalColumns = 32

function shown(item: ReportItem, plane: Plane, picture: Picture | undefined, opts: WriteOptions): string {
  const hasColours = supportsTrueColor(process.env, process.stdout.isTTY === true)
  const lines = [itemText(item, opts.out)]
  if (item.features) lines.push(featuresText(item))
  if (item.words)
    lines.push(hasColours ? `  ${wordsInColour(item.words, shadingFrom(opts))}\n\n` : wordsText(item.words))
  if (!item.features && !item.words && hasColours) {
    const pictures = [...(picture ? [picture] : []), heatmapPicture(plane, shadingFrom(opts))]
    lines.push(`${renderTerminal(pictures, terminalColumns)}\n\n`)
  }
  return lines.join('')
}

/** What a figure says below its title. */
function subtitleOf(name: string, { logit, relevanceSum }: SampleExplanation): string {
  return `${name} · logit ${shortNumber(logit)} · ΣR ${shortNumber(relevanceSum)}`
}

/** A target as a part of a file name. */
function fileWord(target: string): string {
  return target.replace(/[^\p{L}\p{N}_-]+/gu, '_').slice(0, 60)
}
