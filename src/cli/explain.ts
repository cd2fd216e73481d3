/** `deeptaylor explain`: pictures and arrays in; heatmaps, relevance and a report out. */

import { basename, extname, join } from 'node:path'
import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import type { Explanation, SampleExplanation } from '../explainer/explanation.ts'
import { collectInputs } from '../inputs/collect.ts'
import type { Picture } from '../inputs/image.ts'
import { encodeNpy } from '../inputs/npy.ts'
import { type BarsOptions, type Feature, renderBars } from '../render/bars.ts'
import { heatmapPicture, renderHeatmap, renderOverlay } from '../render/heatmap.ts'
import { type Plane, planeOf } from '../render/plane.ts'
import { renderTerminal, supportsTrueColor } from '../render/terminal.ts'
import { type Word, wordsInColour, wordsPage } from '../render/words.ts'
import { nodeRuntime } from '../runtime/node.ts'
import type { FloatTensor } from '../runtime/session.ts'
import { announce, type ModelContext, openContext } from './context.ts'
import { Explainers } from './explainers.ts'
import { makeFolder, writeWhole } from './files.ts'
import { type Input, isArray, kindOf, readInput } from './inputs.ts'
import { interrupted } from './interrupt.ts'
import {
  addHidden,
  addSampling,
  addSharing,
  type HiddenOptions,
  hiddenFrom,
  layerRulesFrom,
  type MethodName,
  options,
  pathFrom,
  positive,
  type SharingOptions,
  several,
  targetsFrom,
} from './options.ts'
import { Progress } from './progress.ts'
import { type ReportFailure, type ReportItem, reportText } from './report.ts'
import { baselineOf, featuresText, itemText, wordsText } from './text.ts'

/** The verb. */
export function explainCommand(): CommandUnknownOpts {
  const verb = command()
  addSharing(verb)
  addSampling(verb)
  addHidden(verb)
  return verb.action((model, inputs, opts) => run(model, inputs, opts as Options))
}

function command() {
  return new Command('explain')
    .description('draw what a prediction rests on: heatmaps, relevance arrays and a report')
    .argument('<model>', 'an ONNX model')
    .argument(
      '<inputs...>',
      'PNG, JPEG or WebP pictures, .npy arrays, .csv tables, .txt texts, folders or globs of them',
    )
    .addOption(
      new Option(
        '--target <class>',
        'an index, a label, top, top3 for the three most probable, not:CLASS, or a hidden LAYER:CHANNEL; may be repeated (default: top)',
      ).argParser(several),
    )
    .addOption(options.versus())
    .addOption(options.methods())
    .addOption(options.preprocess())
    .option(
      '--labels <file>',
      "class labels: config.json, a JSON list or one per line (default: the model's config.json)",
    )
    .option('--vocab <file>', "the words of a text model's tokens, one a line (default: vocab.txt beside the model)")
    .addOption(options.box())
    .option('--out <folder>', 'where the files go', 'explanations')
    .option('--scale <n>', 'pixels per element of the heatmap (default: at least 384 pixels a side)', positive)
    .option('--json', 'print the report to stdout, and nothing else')
    .addOption(options.input())
    .addOption(options.output())
    .addOption(options.threads())
    .addOption(options.runtime())
}

type Options = ReturnType<ReturnType<typeof command>['opts']> & SharingOptions & HiddenOptions

async function run(modelPath: string, inputs: string[], opts: Options): Promise<void> {
  const files = await collectInputs(inputs)
  const context = await openContext(modelPath, opts, !files.every(isArray))
  announce(context.assumptions)
  const runtime = await nodeRuntime(opts.runtime, message => announce([message]))
  const { threads } = opts
  const explainers = new Explainers(context, opts, {
    runtime,
    rules: await layerRulesFrom(opts),
    targets: askedTargets(opts).map(({ target }) => target),
    ...hiddenFrom(opts),
    ...pathFrom(opts),
    ...(threads !== undefined && { threads }),
  })
  // A model or method that cannot be had is said before any folder is made.
  for (const method of opts.method) await explainers.get(method, kindOf(files[0] as string))
  const removeIfEmpty = await makeFolder(opts.out)
  const items: ReportItem[] = []
  const failures: ReportFailure[] = []
  const warnings = [...context.assumptions]
  const progress = new Progress(files.length, opts.json === true)
  try {
    const names = uniqueNames(files)
    for (const [i, path] of files.entries()) {
      interrupted.throwIfAborted()
      progress.show(i, path)
      try {
        items.push(...(await explainOne(path, names[i] as string, context, explainers, warnings, opts)))
      } catch (error) {
        if (!(error instanceof DeepTaylorError) || files.length === 1) throw error
        progress.clear()
        announce([error.message])
        failures.push({ input: path, code: error.code, message: reasonOf(error) })
      }
    }
    progress.clear()
    if (items.length > 0) {
      const report = reportText({
        model: modelPath,
        runtime: runtime.name,
        preprocessing: context.preprocessing?.name ?? null,
        warnings,
        items,
        failures,
      })
      await writeWhole(join(opts.out, 'report.json'), report)
      if (opts.json) process.stdout.write(report)
    }
    if (failures.length > 0) process.exitCode = 1
  } finally {
    progress.clear()
    await removeIfEmpty()
    await explainers.close()
  }
}

/** One input by every method and for every target. */
async function explainOne(
  path: string,
  name: string,
  context: ModelContext,
  explainers: Explainers,
  warnings: string[],
  opts: Options,
): Promise<readonly ReportItem[]> {
  const input = await readInput(path, context)
  const items: ReportItem[] = []
  for (const method of opts.method) {
    const explainer = await explainers.get(method, kindOf(path))
    const targets = askedTargets(opts)
    const started = performance.now()
    const explanations = await explainer.explainAll(
      input.tensor,
      targets.map(({ target }) => target),
      { name: path, signal: interrupted },
    )
    const elapsed = performance.now() - started
    // An input that cannot be explained is told so, and nothing else.
    const findings = await explainers.warnOnce(
      method,
      kindOf(path),
      withBatch(input.tensor, explainer.inputDims.length),
    )
    announce([...(method === opts.method[0] ? (input.warnings ?? []) : []), ...findings])
    warnings.push(...findings)
    for (const [i, explanation] of explanations.entries()) {
      const { asked } = targets[i] as (typeof targets)[number]
      // Targets share one run: each is told its part of the time.
      const milliseconds = elapsed / explanation.samples.length / targets.length
      const drawing = { path, name, method, asked, input, isNhwc: context.geometry?.layout === 'NHWC', milliseconds }
      items.push(...(await write(explanation, drawing, opts)))
    }
  }
  return items
}

/** What is known of an explanation besides its numbers. */
interface Drawing {
  readonly path: string
  readonly name: string
  readonly method: MethodName
  readonly asked: string
  readonly input: Input
  readonly isNhwc: boolean
  /** Per sample. */
  readonly milliseconds: number
}

/** Writes the files of one explanation. */
async function write(explanation: Explanation, drawing: Drawing, opts: Options): Promise<readonly ReportItem[]> {
  const { path, name, method, asked, input, isNhwc, milliseconds } = drawing
  const stem = `${name}.${method}.${fileWord(asked)}`
  const relevance = `${stem}.relevance.npy`
  const isBatch = explanation.samples.length > 1
  const layers = await writeLayers(explanation.layers, stem, 'relevance', opts)
  const factors = await writeLayers(explanation.factors, stem, 'factor', opts)
  const items: ReportItem[] = []
  for (const [i, sample] of explanation.samples.entries()) {
    const base = isBatch ? `${stem}.${i}` : stem
    const features = featuresOf(input, explanation, i)
    const words = input.words?.map((word, place) => ({ word, relevance: explanation.relevance.data[place] as number }))
    const { label, versus } = sample.target
    const title = `evidence for ${versus ? `${label} versus ${versus.label}` : label}, by ${method}`
    const plane = planeOf(sampleOf(explanation.relevance, i), isNhwc)
    const drawn = features
      ? await drawBars(features, { title, baseline: baselineOf(sample), total: sample.logit }, base, opts)
      : words
        ? await drawWords(words, title, base, opts)
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
      files: { ...drawn, relevance, ...(layers && { layers }), ...(factors && { factors }) },
      milliseconds: Math.round(milliseconds * 100) / 100,
    }
    items.push(item)
    if (!opts.json) await show(item, sample, plane, input.picture, opts.out)
  }
  await writeWhole(join(opts.out, relevance), encodeNpy(explanation.relevance))
  return items
}

/** Values of hidden layers as arrays, by layer. */
async function writeLayers(
  layers: ReadonlyMap<string, FloatTensor>,
  stem: string,
  kind: 'relevance' | 'factor',
  { out }: Options,
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

async function drawBars(
  features: readonly Feature[],
  about: BarsOptions,
  base: string,
  { out }: Options,
): Promise<{ bars: string }> {
  const bars = `${base}.bars.svg`
  await writeWhole(join(out, bars), renderBars(features, about))
  return { bars }
}

async function drawWords(
  words: readonly Word[],
  title: string,
  base: string,
  { out }: Options,
): Promise<{ words: string }> {
  const page = `${base}.words.html`
  await writeWhole(join(out, page), wordsPage(words, title))
  return { words: page }
}

async function draw(
  plane: Plane,
  picture: Picture | undefined,
  base: string,
  opts: Options,
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

async function show(
  item: ReportItem,
  sample: SampleExplanation,
  plane: Plane,
  picture: Picture | undefined,
  folder: string,
): Promise<void> {
  process.stdout.write(itemText(item, folder))
  for (const { message } of sample.warnings) announce([message])
  if (item.features) process.stdout.write(featuresText(item))
  const hasColours = supportsTrueColor(process.env, process.stdout.isTTY === true)
  if (item.words) process.stdout.write(hasColours ? `  ${wordsInColour(item.words)}\n\n` : wordsText(item.words))
  if (item.features || item.words || !hasColours) return
  const pictures = [...(picture ? [picture] : []), heatmapPicture(plane)]
  process.stdout.write(`${renderTerminal(pictures, terminalColumns)}\n\n`)
}

function askedTargets({ target = ['top'], versus }: Options): ReturnType<typeof targetsFrom> {
  return targetsFrom(target, versus)
}

/** The shape of an input that may lack its batch axis. */
function withBatch({ dims }: FloatTensor, rank: number): readonly number[] {
  return dims.length === rank - 1 ? [1, ...dims] : dims
}

function sampleOf({ dims, data }: FloatTensor, index: number): FloatTensor {
  const size = dims.slice(1).reduce((product, dim) => product * dim, 1)
  return { dims: dims.slice(1), data: data.subarray(index * size, (index + 1) * size) }
}

/** Names for files, from those of the inputs; inputs of one name in several folders get a number. */
function uniqueNames(paths: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return paths.map(path => {
    const stem = basename(path, extname(path))
    let name = stem
    for (let i = 2; taken.has(name); i++) name = `${stem}-${i}`
    taken.add(name)
    return name
  })
}

/** A target as a part of a file name. */
function fileWord(target: string): string {
  return target.replace(/[^\p{L}\p{N}_-]+/gu, '_').slice(0, 60)
}
