/** `deeptaylor explain`: pictures and arrays in; heatmaps, relevance and a report out. */

import { basename, extname, join } from 'node:path'
import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import type { FurtherInputs } from '../explainer/further-inputs.ts'
import { collectInputs } from '../inputs/collect.ts'
import { nodeRuntime } from '../runtime/node.ts'
import type { FloatTensor } from '../runtime/session.ts'
import { announce, type ModelContext, openContext } from './context.ts'
import { Explainers } from './explainers.ts'
import { feedOption, readFeeds } from './feeds.ts'
import { makeFolder, writeWhole } from './files.ts'
import { companionsOf, kindOf, kindsOf, readInput } from './inputs.ts'
import { interrupted } from './interrupt.ts'
import {
  addHidden,
  addSampling,
  addSharing,
  type HiddenOptions,
  hiddenFrom,
  layerRulesFrom,
  options,
  pathFrom,
  positive,
  type SharingOptions,
  several,
  targetsFrom,
} from './options.ts'
import { Progress } from './progress.ts'
import { type ReportFailure, type ReportItem, reportText } from './report.ts'
import { writeExplanation } from './write-explanation.ts'

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
    .addOption(options.vocab())
    .addOption(options.tokenizer())
    .addOption(options.box())
    .option('--out <folder>', 'where the files go', 'explanations')
    .option('--scale <n>', 'pixels per element of the heatmap (default: at least 384 pixels a side)', positive)
    .option('--json', 'print the report to stdout, and nothing else')
    .addOption(options.input())
    .addOption(options.output())
    .addOption(feedOption())
    .addOption(options.threads())
    .addOption(options.runtime())
}

type Options = ReturnType<ReturnType<typeof command>['opts']> & SharingOptions & HiddenOptions

async function run(modelPath: string, inputs: string[], opts: Options): Promise<void> {
  const files = await collectInputs(inputs)
  const context = await openContext(modelPath, opts, kindsOf(files))
  announce(context.assumptions)
  const runtime = await nodeRuntime(opts.runtime, message => announce([message]))
  const { threads } = opts
  const further = await readFeeds(opts.feed, context.loaded.model)
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
        items.push(...(await explainOne(path, names[i] as string, context, explainers, warnings, further, opts)))
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
  further: FurtherInputs,
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
      { name: path, signal: interrupted, ...further, ...companionsOf(input) },
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
      items.push(...(await writeExplanation(explanation, drawing, opts)))
    }
  }
  return items
}

function askedTargets({ target = ['top'], versus }: Options): ReturnType<typeof targetsFrom> {
  return targetsFrom(target, versus)
}

/** The shape of an input that may lack its batch axis. */
function withBatch({ dims }: FloatTensor, rank: number): readonly number[] {
  return dims.length === rank - 1 ? [1, ...dims] : dims
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
