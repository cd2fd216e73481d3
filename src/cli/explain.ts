/** `deeptaylor explain`: pictures and arrays in; heatmaps, relevance and a report out. */

import { basename, extname, join } from 'node:path'
import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import { defaultBatch } from '../explainer/stream.ts'
import { collectInputs } from '../inputs/collect.ts'
import { nodeRuntime } from '../runtime/node.ts'
import { announce, openContext } from './context.ts'
import { explainFiles, type NamedFile, type Work } from './explain-files.ts'
import { Explainers } from './explainers.ts'
import { feedOption, readFeeds } from './feeds.ts'
import { makeFolder, writeWhole } from './files.ts'
import { kindOf, kindsOf } from './inputs.ts'
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
    .option('--batch <n>', 'inputs that go through the model at once', positive, defaultBatch)
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
  let done = 0
  const work: Work = {
    context,
    explainers,
    methods: opts.method,
    targets: askedTargets(opts),
    further,
    write: opts,
    batchSize: opts.batch,
  }
  try {
    progress.show(0, files[0] as string)
    for await (const one of explainFiles(named(files), work)) {
      progress.clear()
      if ('error' in one) {
        const { input, error } = one
        if (!(error instanceof DeepTaylorError) || files.length === 1) throw error
        announce([error.message])
        failures.push({ input: input.path, code: error.code, message: reasonOf(error) })
      } else {
        announce(one.value.warnings)
        for (const { method, dims, written } of one.value.findings) {
          const found = await explainers.warnOnce(method, kindOf(one.input.path), dims)
          announce(found)
          warnings.push(...found)
          for (const { item, text, warnings } of written) {
            items.push(item)
            process.stdout.write(text)
            announce(warnings)
          }
        }
      }
      done++
      if (done < files.length) progress.show(done, files[done] as string)
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

function askedTargets({ target = ['top'], versus }: Options): ReturnType<typeof targetsFrom> {
  return targetsFrom(target, versus)
}

/** Names for files, from those of the inputs; inputs of one name in several folders get a number. */
function named(paths: readonly string[]): readonly NamedFile[] {
  const taken = new Set<string>()
  return paths.map(path => {
    const stem = basename(path, extname(path))
    let name = stem
    for (let i = 2; taken.has(name); i++) name = `${stem}-${i}`
    taken.add(name)
    return { path, name }
  })
}
