/** Files through explainers: the next ones are read and the last ones drawn and written while the model runs. */

import { DeepTaylorError } from '../core/diagnostics.ts'
import { ahead, type Settled } from '../explainer/ahead.ts'
import type { Explanation } from '../explainer/explanation.ts'
import type { FurtherInputs } from '../explainer/further-inputs.ts'
import { type Done, inBatches } from '../explainer/stream.ts'
import type { ModelContext } from './context.ts'
import type { Explainers, InputKind } from './explainers.ts'
import { companionsOf, type Input, kindOf, readInput } from './inputs.ts'
import { interrupted } from './interrupt.ts'
import type { MethodName, targetsFrom } from './options.ts'
import { type WriteOptions, type Written, writeExplanation } from './write-explanation.ts'

/** What is done with every file. */
export interface Work {
  readonly context: ModelContext
  readonly explainers: Explainers
  readonly methods: readonly MethodName[]
  readonly targets: ReturnType<typeof targetsFrom>
  readonly further: FurtherInputs
  readonly write: WriteOptions
  readonly batchSize: number
}

/** A file, and what the files that are made of it begin with. */
export interface NamedFile {
  readonly path: string
  readonly name: string
}

/** What one method found in one file. */
export interface Findings {
  /** What about the model breaks the method's assumptions, where this is the first file to show it. */
  readonly found: readonly string[]
  readonly written: readonly Written[]
}

/** What came of one file. */
export interface FileResult {
  /** What its reader must know. */
  readonly warnings: readonly string[]
  readonly findings: readonly Findings[]
}

interface ReadFile extends NamedFile {
  readonly input: Input
}

/** One method's explanations of one file, by target. */
interface Explained {
  readonly method: MethodName
  readonly explanations: readonly Explanation[]
  /** Per sample and target. */
  readonly milliseconds: number
}

/** Files whose results are drawn and written at a time. */
const writers = 4

/**
 * Explains files, in their order. A file at fault comes with its error, nothing is written of it, and the others go on.
 * When this ends, however it ends, no file is half written.
 */
export async function* explainFiles(
  files: AsyncIterable<NamedFile> | Iterable<NamedFile>,
  work: Work,
): AsyncGenerator<Settled<NamedFile, FileResult>> {
  const read = async (file: NamedFile): Promise<ReadFile> => ({
    ...file,
    input: await readInput(file.path, work.context),
  })
  const explained = inBatches(files, read, batch => explainBatch(batch, work), {
    batchSize: work.batchSize,
    signal: interrupted,
  })
  const writing = new Set<Promise<unknown>>()
  const write = (done: Done<NamedFile, ReadFile, readonly Explained[] | DeepTaylorError>) => {
    interrupted.throwIfAborted()
    if ('error' in done) throw done.error
    if (done.result instanceof DeepTaylorError) throw done.result
    const result = writeAll(done.read, done.result, work).finally(() => writing.delete(result))
    writing.add(result)
    return result
  }
  try {
    for await (const one of ahead(explained, write, { limit: writers, signal: interrupted })) {
      const { input } = one.input
      if ('error' in one) yield { input, error: one.error }
      else yield { input, value: { ...one.value, findings: await found(input, one.value.findings, work) } }
    }
  } finally {
    await Promise.allSettled(writing)
  }
}

/** Every file by every method and for every target; or the first fault that was found in it. */
async function explainBatch(
  batch: readonly ReadFile[],
  work: Work,
): Promise<readonly (readonly Explained[] | DeepTaylorError)[]> {
  const results: (Explained[] | DeepTaylorError)[] = batch.map(() => [])
  for (const method of work.methods) {
    for (const kind of ['picture', 'array'] as const) {
      const places = batch.flatMap(({ path }, i) => (kindOf(path) === kind ? [i] : []))
      if (places.length === 0) continue
      const inputs = places.map(i => batch[i] as ReadFile)
      for (const [k, one] of (await explainAlike(inputs, method, kind, work)).entries()) {
        const i = places[k] as number
        const before = results[i]
        if (before instanceof DeepTaylorError) continue
        if (one instanceof DeepTaylorError) results[i] = one
        else before?.push(one)
      }
    }
  }
  return results
}

async function explainAlike(
  files: readonly ReadFile[],
  method: MethodName,
  kind: InputKind,
  { explainers, targets, further }: Work,
): Promise<readonly (Explained | DeepTaylorError)[]> {
  const explainer = await explainers.get(method, kind).catch((error: unknown) => {
    if (error instanceof DeepTaylorError) return error
    throw error
  })
  if (explainer instanceof DeepTaylorError) return files.map(() => explainer)
  const started = performance.now()
  const outcomes = await explainer.explainTogether(
    files.map(({ path, input }) => ({ tensor: input.tensor, name: path, ...further, ...companionsOf(input) })),
    targets.map(({ target }) => target),
    { signal: interrupted },
  )
  const elapsed = performance.now() - started
  const samples = outcomes.reduce(
    (count, one) => count + (one instanceof DeepTaylorError ? 0 : (one[0]?.samples.length ?? 0)),
    0,
  )
  // Files and targets share a run: each is told its part of the time.
  const milliseconds = elapsed / samples / targets.length
  return outcomes.map(one => (one instanceof DeepTaylorError ? one : { method, explanations: one, milliseconds }))
}

/** What is written of one method's explanations, and the shape of the input with its batch axis. */
interface Drawn {
  readonly method: MethodName
  readonly dims: readonly number[]
  readonly written: readonly Written[]
}

async function writeAll(
  { path, name, input }: ReadFile,
  explained: readonly Explained[],
  { context, targets, write }: Work,
): Promise<{ readonly warnings: readonly string[]; readonly findings: readonly Drawn[] }> {
  const isNhwc = context.geometry?.layout === 'NHWC'
  const findings: Drawn[] = []
  for (const { method, explanations, milliseconds } of explained) {
    const written: Written[] = []
    for (const [i, explanation] of explanations.entries()) {
      const { asked } = targets[i] as (typeof targets)[number]
      const drawing = { path, name, method, asked, input, isNhwc, milliseconds }
      written.push(...(await writeExplanation(explanation, drawing, write)))
    }
    findings.push({ method, dims: explanations[0]?.relevance.dims ?? [], written })
  }
  return { warnings: input.warnings ?? [], findings }
}

/** With what is found in the model: asked file by file, so that it is said with the first, whichever was written first. */
async function found({ path }: NamedFile, drawn: readonly Drawn[], { explainers }: Work): Promise<readonly Findings[]> {
  const findings: Findings[] = []
  for (const { method, dims, written } of drawn) {
    findings.push({ found: await explainers.warnOnce(method, kindOf(path), dims), written })
  }
  return findings
}
