/** `deeptaylor compare`: several methods side by side, as one picture and one page. */

import { basename, join } from 'node:path'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { DeepTaylorError } from '../core/diagnostics.ts'
import type { Explanation } from '../explainer/explanation.ts'
import type { FurtherInputs } from '../explainer/further-inputs.ts'
import { collectInputs } from '../inputs/collect.ts'
import type { ComparedMap, Comparison, ComparisonCell, ComparisonRow } from '../render/comparison.ts'
import { renderGrid } from '../render/grid.ts'
import { renderComparisonPage } from '../render/page.ts'
import { planeOf } from '../render/plane.ts'
import { type CompareOptions, compareVerb } from './compare-options.ts'
import { announce, type ModelContext, openContext } from './context.ts'
import { renderingFrom } from './draw-options.ts'
import { Explainers } from './explainers.ts'
import { readFeeds } from './feeds.ts'
import { makeFolder, writeWhole } from './files.ts'
import { companionsOf, type Input, kindOf, kindsOf, readInput } from './inputs.ts'
import { interrupted } from './interrupt.ts'
import { layerRulesFrom, pathFrom, targetsFrom } from './options.ts'
import { Progress } from './progress.ts'
import { runtimeFrom } from './runtime.ts'
import { featuresOf, sampleOf, wordsOf } from './shown.ts'
import { baselineOf, percent } from './text.ts'

/** More rows than this nobody compares by eye, and every map is kept until all are drawn. */
const mostRows = 48

/** The verb. */
export function compareCommand(): CommandUnknownOpts {
  return compareVerb().action((model, inputs, opts) => run(model, inputs, opts as CompareOptions))
}

async function run(modelPath: string, inputs: string[], opts: CompareOptions): Promise<void> {
  const files = await collectInputs(inputs)
  const targets = targetsFrom(opts.target ?? ['top'], opts.versus)
  refuseMoreRows(files.length * targets.length)
  const context = await openContext(modelPath, opts, kindsOf(files))
  const runtime = await runtimeFrom(opts, message => announce([message]))
  const explainers = new Explainers(context, opts, {
    runtime,
    rules: await layerRulesFrom(opts),
    targets: targets.map(({ target }) => target),
    ...pathFrom(opts),
    ...(opts.threads !== undefined && { threads: opts.threads }),
  })
  try {
    // A method that cannot be had is said before any folder is made.
    for (const method of opts.method) await explainers.get(method, kindOf(files[0] as string))
    announce(context.assumptions)
    const further = await readFeeds(opts.feed, context.loaded.model)
    const rows = await rowsOf(files, { context, explainers, targets, further, opts })
    await write(rows, modelPath, opts)
  } finally {
    await explainers.close()
  }
}

function refuseMoreRows(count: number): void {
  if (count <= mostRows) return
  const reason = `${count} rows (inputs times targets) are more than ${mostRows}: give fewer, or use explain`
  throw new DeepTaylorError('option-invalid', { option: 'compare', reason })
}

/** What rows are made with. */
interface Work {
  readonly context: ModelContext
  readonly explainers: Explainers
  readonly targets: ReturnType<typeof targetsFrom>
  readonly further: FurtherInputs
  readonly opts: CompareOptions
}

/** Every input's rows. One at fault among several is named and left out. */
async function rowsOf(files: readonly string[], work: Work): Promise<readonly ComparisonRow[]> {
  const rows: ComparisonRow[] = []
  const names = shortNames(files)
  const progress = new Progress(files.length, true)
  try {
    for (const [i, file] of files.entries()) {
      interrupted.throwIfAborted()
      progress.show(i, file)
      try {
        rows.push(...(await rowsOfFile(file, names[i] as string, work)))
      } catch (error) {
        if (!(error instanceof DeepTaylorError) || files.length === 1) throw error
        progress.clear()
        announce([error.message])
        process.exitCode = 1
        continue
      }
      refuseMoreRows(rows.length)
    }
  } finally {
    progress.clear()
  }
  return rows
}

/** Files by their names, or by their paths where two have one name. */
function shortNames(files: readonly string[]): readonly string[] {
  const names = files.map(file => basename(file))
  return new Set(names).size === names.length ? names : files
}

async function rowsOfFile(file: string, shortName: string, work: Work): Promise<readonly ComparisonRow[]> {
  const { context, explainers, targets, further, opts } = work
  const input = await readInput(file, context)
  const kind = kindOf(file)
  const byMethod: (readonly Explanation[])[] = []
  for (const method of opts.method) {
    const explainer = await explainers.get(method, kind)
    const named = { tensor: input.tensor, name: file, ...further, ...companionsOf(input) }
    const asked = targets.map(({ target }) => target)
    const [outcome] = await explainer.explainTogether([named], asked, { signal: interrupted })
    if (outcome instanceof DeepTaylorError) throw outcome
    const explanations = outcome as readonly Explanation[]
    byMethod.push(explanations)
    announce(await explainers.warnOnce(method, kind, explanations[0]?.relevance.dims ?? []))
  }
  announce(input.warnings ?? [])
  const samples = byMethod[0]?.[0]?.samples.length ?? 0
  refuseMoreRows(samples * targets.length)
  return Array.from({ length: samples }, (_, sample) =>
    targets.map((_, target) => {
      const name = samples > 1 ? `${shortName} [${sample}]` : shortName
      return rowOf(
        name,
        input,
        sample,
        byMethod.map(explanations => explanations[target] as Explanation),
        work,
      )
    }),
  ).flat()
}

function rowOf(
  name: string,
  input: Input,
  sample: number,
  explanations: readonly Explanation[],
  { context, opts }: Work,
): ComparisonRow {
  const cells = explanations.map(
    (explanation, k): ComparisonCell => ({
      method: opts.method[k] as string,
      relevanceSum: explanation.samples[sample]?.relevanceSum as number,
      shown: shownOf(input, explanation, sample, context, opts),
    }),
  )
  const first = explanations[0]?.samples[sample]
  if (!first) throw new Error('a comparison has a method')
  const { target, logit, prediction } = first
  const [best] = prediction
  return {
    name,
    target: target.versus ? `${target.label} versus ${target.versus.label}` : target.label,
    logit,
    predicted: best && `${best.label} ${percent(best.score)}`,
    picture: input.picture,
    cells,
  }
}

function shownOf(
  input: Input,
  explanation: Explanation,
  sample: number,
  { geometry }: ModelContext,
  opts: CompareOptions,
): ComparedMap {
  const features = featuresOf(input, explanation, sample)
  const found = explanation.samples[sample]
  if (features) return { kind: 'bars', features, baseline: found && baselineOf(found) }
  const { words, padding } = wordsOf(input, explanation)
  if (words) return { kind: 'words', words, padding }
  const plane = planeOf(sampleOf(explanation.relevance, sample), geometry?.layout === 'NHWC', opts.channels)
  return { kind: 'plane', plane }
}

async function write(rows: readonly ComparisonRow[], model: string, opts: CompareOptions): Promise<void> {
  if (rows.length === 0) return
  const drawing = renderingFrom(opts)
  const pooling = opts.channels ?? 'sum'
  const comparison: Comparison = { model, methods: opts.method, rows, sharing: opts.sharedScale, pooling, drawing }
  const hasPlanes = rows.some(({ cells }) => cells.some(({ shown }) => shown.kind === 'plane'))
  const png = hasPlanes ? await renderGrid(comparison) : undefined
  const page = await renderComparisonPage(comparison)
  const removeIfEmpty = await makeFolder(opts.out)
  try {
    const files: (readonly [string, Uint8Array | string])[] = [['comparison.html', page]]
    if (png) files.unshift(['comparison.png', png])
    for (const [file, content] of files) {
      await writeWhole(join(opts.out, file), content)
      process.stdout.write(`${join(opts.out, file)}\n`)
    }
  } finally {
    await removeIfEmpty()
  }
}
