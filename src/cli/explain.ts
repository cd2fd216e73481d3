/** `deeptaylor explain`: pictures and arrays in; heatmaps, relevance and a report out. */

import { basename, extname, join } from 'node:path'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import { collectInputs } from '../inputs/collect.ts'
import { announce } from './context.ts'
import { type Crew, openAlone } from './crew.ts'
import type { NamedFile } from './explain-files.ts'
import { type ExplainOptions, explainVerb } from './explain-options.ts'
import { makeFolder, writeWhole } from './files.ts'
import { kindOf, kindsOf } from './inputs.ts'
import { serveJob } from './job.ts'
import { openJobs } from './jobs.ts'
import { Progress } from './progress.ts'
import { type ReportFailure, type ReportItem, reportText } from './report.ts'

/** The verb. */
export function explainCommand(): CommandUnknownOpts {
  return explainVerb().action((model, inputs, opts) => run(model, inputs, opts as ExplainOptions))
}

async function run(modelPath: string, inputs: string[], opts: ExplainOptions): Promise<void> {
  if (opts.asJob) return serveJob(modelPath, opts)
  const files = await collectInputs(inputs)
  const expected = { kinds: kindsOf(files), first: kindOf(files[0] as string) }
  const jobs = Math.min(opts.jobs, Math.ceil(files.length / (opts.batch ?? 1)))
  // A model or method that cannot be had is said before any folder is made.
  const crew = jobs > 1 ? await openJobs(jobs, opts, expected) : await openAlone(modelPath, opts, expected)
  try {
    await explainAll(modelPath, named(files), crew, opts)
  } finally {
    await crew.close()
  }
}

async function explainAll(
  modelPath: string,
  files: readonly NamedFile[],
  crew: Crew,
  opts: ExplainOptions,
): Promise<void> {
  const { assumptions, notices, runtime, preprocessing } = crew.about
  announce([...assumptions, ...notices])
  const removeIfEmpty = await makeFolder(opts.out)
  const items: ReportItem[] = []
  const failures: ReportFailure[] = []
  const warnings = new Set(assumptions)
  const progress = new Progress(files.length, opts.json === true)
  let done = 0
  try {
    progress.show(0, files[0]?.path as string)
    for await (const one of crew.explain(files)) {
      progress.clear()
      if ('error' in one) {
        const { input, error } = one
        if (!(error instanceof DeepTaylorError) || files.length === 1) throw error
        announce([error.message])
        failures.push({ input: input.path, code: error.code, message: reasonOf(error) })
      } else {
        announce(one.value.warnings)
        for (const { found, written } of one.value.findings) {
          // Several processes find the same.
          announce(found.filter(message => !warnings.has(message)))
          for (const message of found) warnings.add(message)
          for (const { item, text, warnings } of written) {
            items.push(item)
            process.stdout.write(text)
            announce(warnings)
          }
        }
      }
      done++
      if (done < files.length) progress.show(done, files[done]?.path as string)
    }
    if (items.length > 0) {
      const report = reportText({ model: modelPath, runtime, preprocessing, warnings: [...warnings], items, failures })
      await writeWhole(join(opts.out, 'report.json'), report)
      if (opts.json) process.stdout.write(report)
    }
    if (failures.length > 0) process.exitCode = 1
  } finally {
    progress.clear()
    await removeIfEmpty()
  }
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
