/** Whoever explains files: this process alone, or several that share them. */

import type { Settled } from '../explainer/ahead.ts'
import { usualBatch } from '../explainer/stream.ts'
import type { InputKinds } from './context.ts'
import { openContext } from './context.ts'
import { explainFiles, type FileResult, type NamedFile } from './explain-files.ts'
import type { ExplainOptions } from './explain-options.ts'
import { Explainers, type InputKind } from './explainers.ts'
import { readFeeds } from './feeds.ts'
import { hiddenFrom, layerRulesFrom, type MethodName, pathFrom, targetsFrom } from './options.ts'
import { runtimeFrom } from './runtime.ts'

/** What is known of the inputs before any is read. */
export interface Expected {
  readonly kinds: InputKinds
  readonly first: InputKind
}

/** What the report says of a run. */
export interface About {
  readonly runtime: string
  readonly preprocessing: string | null
  /** What was assumed because nothing said otherwise. */
  readonly assumptions: readonly string[]
  readonly notices: readonly string[]
  /** Files that go through the model at once. */
  readonly batchSize: number
}

/** Explains files; close it when done. */
export interface Crew {
  readonly about: About
  /** In the order of the files. */
  explain(files: AsyncIterable<NamedFile> | Iterable<NamedFile>): AsyncIterable<Settled<NamedFile, FileResult>>
  close(): Promise<void>
}

/**
 * The model, loaded into this process.
 *
 * @throws DeepTaylorError as `Explainer.open`, and for files beside the model that cannot be read
 */
export async function openAlone(modelPath: string, opts: ExplainOptions, { kinds, first }: Expected): Promise<Crew> {
  const context = await openContext(modelPath, opts, kinds)
  const notices: string[] = []
  const runtime = await runtimeFrom(opts, message => notices.push(message))
  const { threads, method: methods, target = ['top'], versus } = opts
  const targets = targetsFrom(target, versus)
  const further = await readFeeds(opts.feed, context.loaded.model)
  const explainers = new Explainers(context, opts, {
    runtime,
    rules: await layerRulesFrom(opts),
    targets: targets.map(({ target }) => target),
    ...hiddenFrom(opts),
    ...pathFrom(opts),
    ...(threads !== undefined && { threads }),
    // Pictures are read and drawn meanwhile.
    spins: false,
  })
  for (const method of methods) await explainers.get(method, first)
  const { inputDims } = await explainers.get(methods[0] as MethodName, first)
  const batchSize = opts.batch ?? usualBatch(inputDims)
  const work = { context, explainers, methods, targets, further, write: opts, batchSize }
  return {
    about: {
      runtime: runtime.name,
      preprocessing: context.preprocessing?.name ?? null,
      assumptions: context.assumptions,
      notices,
      batchSize,
    },
    explain: files => explainFiles(files, work),
    close: () => explainers.close(),
  }
}
