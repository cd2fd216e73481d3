/**
 * What a run has found so far, on disk: a header that says which run it is, and a line per finished chunk. A run that was stopped, however it was, goes on
 * from there.
 */

import { createReadStream } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DeepTaylorError } from '../core/diagnostics.ts'
import type { Chunk } from '../evaluate/options.ts'
import { plainReason } from '../explainer/load-model.ts'

/** The journal's name in the output folder. */
export const journalName = 'evaluation.journal'

/** What a run is: equal ones find the same. By name, so that a message can say what is not equal. */
export type Identity = Readonly<Record<string, string>>

/** A journal of one run, open for more. */
export interface Journal {
  /** What was found before. */
  readonly finished: ReadonlyMap<number, Chunk>
  /** How many chunks it holds. */
  readonly count: () => number
  /** Adds a chunk; when this returns it is on disk. */
  readonly add: (chunk: Chunk) => Promise<void>
  /** Says that the run has come to its end. */
  readonly end: () => Promise<void>
  /** A journal that holds nothing is taken away. */
  readonly close: () => Promise<void>
}

/** What lies in the file, as far as it is whole. */
interface Content {
  readonly identity: Identity | undefined
  readonly finished: ReadonlyMap<number, Chunk>
  readonly isEnded: boolean
  /** Bytes up to the end of the last whole line. */
  readonly length: number
}

/**
 * Opens the journal of a run. One of a run that came to its end makes way, as its report does; one of a run that did not is only gone on with.
 *
 * @throws DeepTaylorError `option-invalid` where another or an unfinished run's journal is in the way; `output-unwritable`
 */
export async function openJournal(folder: string, identity: Identity, resumes: boolean): Promise<Journal> {
  const path = join(folder, journalName)
  const before = await readJournal(path)
  const goesOn = resumes && before.identity !== undefined
  if (goesOn) {
    const other = Object.keys({ ...before.identity, ...identity }).filter(
      key => before.identity?.[key] !== identity[key],
    )
    if (other.length > 0) {
      const reason = `the run in ${folder} is another one: it differs in ${other.join(', ')}; give another --out, or delete ${path}`
      throw new DeepTaylorError('option-invalid', { option: '--resume', reason })
    }
  } else if (before.finished.size > 0 && !before.isEnded) {
    const reason = `an unfinished run lies there: go on with --resume, or delete ${path}`
    throw new DeepTaylorError('option-invalid', { option: `--out ${folder}`, reason })
  }
  const file = await open(path, goesOn ? 'r+' : 'w').catch(error => {
    throw new DeepTaylorError('output-unwritable', { path, reason: plainReason(error) }, error)
  })
  let at = goesOn ? before.length : 0
  await file.truncate(at)
  const append = async (record: unknown): Promise<void> => {
    const line = Buffer.from(`${JSON.stringify(record)}\n`)
    await writeAll(file, line, at, path)
    at += line.length
  }
  if (!goesOn) await append({ journal: 1, identity })
  const finished = goesOn ? before.finished : new Map<number, Chunk>()
  let count = finished.size
  return {
    finished,
    count: () => count,
    add: async chunk => {
      await append(chunk)
      count++
    },
    end: () => append({ end: true }),
    close: async () => {
      await file.close()
      if (count === 0) await rm(path, { force: true })
    },
  }
}

async function writeAll(file: FileHandle, line: Buffer, at: number, path: string): Promise<void> {
  try {
    for (let done = 0; done < line.length; ) {
      done += (await file.write(line, done, line.length - done, at + done)).bytesWritten
    }
    await file.datasync()
  } catch (error) {
    throw new DeepTaylorError('output-unwritable', { path, reason: plainReason(error) }, error)
  }
}

/** Reads whole lines; the first that is none ends it: a run that was killed leaves half a line. */
async function readJournal(path: string): Promise<Content> {
  const finished = new Map<number, Chunk>()
  let identity: Identity | undefined
  let isEnded = false
  let length = 0
  const nothing = { identity: undefined, finished, isEnded: false, length: 0 }
  for await (const line of linesOf(path)) {
    const record = parsed(line)
    if (record === undefined) break
    if (identity === undefined) {
      if (record.journal !== 1 || !record.identity) return nothing
      identity = record.identity as Identity
    } else if (record.end === true) isEnded = true
    else {
      const chunk = record as unknown as Chunk
      finished.set(chunk.index, chunk)
    }
    length += line.length + 1
  }
  return { identity, finished, isEnded, length }
}

/** Lines that end; none where there is no file. readline would also end them at U+2028, which JSON leaves in names. */
async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  try {
    for await (const data of createReadStream(path) as AsyncIterable<Buffer>) {
      let from = 0
      for (let to = data.indexOf(newline); to >= 0; to = data.indexOf(newline, from)) {
        yield Buffer.concat([...parts, data.subarray(from, to)])
        parts = []
        from = to + 1
      }
      parts.push(data.subarray(from))
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

const newline = 0x0a

function parsed(line: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined
  } catch {
    return undefined
  }
}
