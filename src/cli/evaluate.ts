/** `deeptaylor evaluate`: a model, data and methods in; how good the methods' explanations are out. */

import { join } from 'node:path'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { DeepTaylorError } from '../core/diagnostics.ts'
import { controlNames } from '../evaluate/controls.ts'
import type { Measure } from '../evaluate/measure.ts'
import { measureGroups } from '../evaluate/measure.ts'
import { allMeasures } from '../evaluate/measures.ts'
import type { EvaluatedMethod, EvaluationItem, EvaluateOptions as RunOptions } from '../evaluate/options.ts'
import { reportJson } from '../evaluate/report/json.ts'
import type { EvaluationReport } from '../evaluate/report.ts'
import { evaluate } from '../evaluate/run.ts'
import { channelAxisOf } from '../inputs/geometry.ts'
import { announce, type ModelContext, openContext } from './context.ts'
import { collectData, type DataFiles } from './data-set.ts'
import { type EvaluateOptions, evaluateVerb } from './evaluate-options.ts'
import { showing } from './evaluate-shown.ts'
import { evaluationText, notApplicable } from './evaluate-text.ts'
import { readFeeds } from './feeds.ts'
import { makeFolder } from './files.ts'
import { findTruth } from './ground-truth.ts'
import { interrupted } from './interrupt.ts'
import { openJournal } from './journal.ts'
import { defined, layerRulesFrom, methodFrom, pathFrom } from './options.ts'
import { Countdown } from './progress.ts'
import { identityOf } from './run-identity.ts'
import { runtimeFrom } from './runtime.ts'
import { type Sample, samplesOf } from './samples.ts'
import { readSideTable } from './side-tables.ts'

/** The verb. */
export function evaluateCommand(): CommandUnknownOpts {
  return evaluateVerb().action((model, data, opts) => run(model, data, opts as EvaluateOptions))
}

async function run(modelPath: string, paths: string[], opts: EvaluateOptions): Promise<void> {
  const measures = chosenMeasures(opts)
  const methods = await methodsFrom(opts)
  const data = await collectData(paths)
  const context = await openContext(modelPath, opts, {
    readsPictures: data.kind === 'picture',
    readsTexts: data.kind === 'text',
  })
  announce(context.assumptions)
  const runtime = await runtimeFrom(opts, message => announce([message]))
  const said = new Set<string>()
  const progress = new Countdown(opts.json !== true)
  const say = (message: string): void => {
    if (said.has(message)) return
    said.add(message)
    progress.clear()
    announce([message])
  }
  const truth = await findTruth(opts, data, context)
  if (truth && truth.count < data.files.length) {
    say(`${data.files.length - truth.count} of ${data.files.length} inputs have no ground truth`)
  }
  const all = await samplesOf(data, {
    context,
    further: await readFeeds(opts.feed, context.loaded.model),
    labelColumn: opts.labelColumn,
    readTruth: truth?.read,
    onWarning: say,
  })
  const items = (await labelled(all, opts)).slice(0, opts.limit)
  const settings = settingsOf(data, context, opts)
  const about = { context, data, items, truth, methods, measures, settings, runtime: runtime.name, opts }
  const identity = await identityOf(about)
  const removeIfEmpty = await makeFolder(opts.out)
  try {
    const journal = await openJournal(opts.out, identity, opts.resume === true)
    try {
      if (journal.finished.size > 0)
        say(`going on after ${Math.min(items.length, journal.finished.size * chunkSize)} of ${items.length} inputs`)
      const report = await evaluate<Sample>(context.loaded, items, {
        ...settings,
        methods,
        measures,
        runtime,
        signal: interrupted,
        data: paths.join(', '),
        chunkSize,
        // Between runs of the model, copies of inputs are made: threads that wait in circles would take the core.
        spins: false,
        show: showing(context.geometry),
        finished: journal.finished,
        onChunk: journal.add,
        onSkipped: ({ message }) => say(message),
        onProgress: (done, total, what) => progress.show(done, total, what),
      })
      progress.clear()
      await writeReport(report, opts)
      await journal.end()
    } catch (error) {
      progress.clear()
      const done = Math.min(items.length, journal.count() * chunkSize)
      if (done > 0)
        announce([`stopped after ${done} of ${items.length} inputs: the same command with --resume goes on`])
      throw error
    } finally {
      progress.clear()
      await journal.close()
    }
  } finally {
    await removeIfEmpty()
  }
}

/** Inputs that are in memory at a time, and that a killed run may have to do again. */
const chunkSize = 8

/** Everything that is written and said of a report. */
async function writeReport(report: EvaluationReport, opts: EvaluateOptions): Promise<void> {
  // What draws takes a third of a second to load, which no other verb should wait for.
  const { writeEvaluation } = await import('./write-evaluation.ts')
  await writeEvaluation(opts.out, report)
  announce(notApplicable(report))
  const { skipped, inputs } = report
  if (skipped.length > 0) announce([`${skipped.length} of ${skipped.length + inputs.length} inputs were skipped`])
  process.stdout.write(
    opts.json ? reportJson(report) : evaluationText(report, join(opts.out, 'report.html'), process.stdout.columns),
  )
}

/** The inputs with the labels of a table, where one is given. */
async function labelled(
  items: readonly EvaluationItem<Sample>[],
  { labelsCsv }: EvaluateOptions,
): Promise<readonly EvaluationItem<Sample>[]> {
  if (labelsCsv === undefined) return items
  const rowsOf = await readSideTable(labelsCsv, ['label'], items)
  return items.map(item => ({ ...item, label: rowsOf(item.id)[0]?.label ?? null }))
}

/** Measures by name or group. */
function chosenMeasures(opts: EvaluateOptions): readonly Measure[] {
  const { steps, patch, replace: replacement, replaceToken: replacementToken, samples, radius } = opts
  const all = allMeasures(defined({ steps, patch, replacement, replacementToken, samples, radius }))
  const names = opts.measures.split(',').map(name => name.trim())
  if (names.includes('all')) return all
  const known = new Set<string>([...all.flatMap(({ name, group }) => [name, group]), ...measureGroups])
  const unknown = names.find(name => !known.has(name))
  if (unknown !== undefined) {
    const reason = `there is none; there are ${all.map(({ name }) => name).join(', ')}, and the groups ${measureGroups.join(', ')}`
    throw new DeepTaylorError('option-invalid', { option: `measure "${unknown}"`, reason })
  }
  return all.filter(({ name, group }) => names.includes(name) || names.includes(group))
}

async function methodsFrom(opts: EvaluateOptions): Promise<readonly EvaluatedMethod[]> {
  const { methodSteps: steps, methodSamples: samples, methodPatch: patch } = opts
  const rules = await layerRulesFrom(opts)
  return opts.method.map(name => ({
    name,
    method: methodFrom(name, { ...opts, steps, samples, patch }),
    ...(rules.length > 0 && { rules }),
  }))
}

/** What bears on the figures, besides the model, the data, the methods and the measures. */
function settingsOf({ kind }: DataFiles, context: ModelContext, opts: EvaluateOptions) {
  const box = kind === 'picture' ? context.pictureBox : context.arrayBox
  const { geometry, preprocessing, labels } = context
  return {
    seed: opts.seed,
    ...(opts.score !== undefined && { score: opts.score }),
    controls: opts.controls ? controlNames : [],
    audited: opts.audited,
    shown: opts.shown,
    preprocessing: kind === 'picture' ? (preprocessing?.name ?? null) : null,
    ...(opts.target !== undefined && { target: opts.target }),
    ...(geometry && { channelAxis: channelAxisOf(geometry) }),
    ...(labels && { labels }),
    ...(box && { box }),
    ...pathFrom(opts),
    ...(opts.threads !== undefined && { threads: opts.threads }),
  } satisfies Partial<RunOptions<Sample>>
}
