/** The Python process that runs the peers when asked: one line to it, one line back. */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Setting } from './jobs.ts'

/** What the peer answers; `float32` where relevance was saved: how far its float32 lies from its float64. */
export type PeerReply = { readonly ms: number; readonly float32?: number } | { readonly error: string }

/** A started peer. */
export interface Peer {
  /** Packages and their versions. */
  readonly versions: Readonly<Record<string, string>>
  /** Runs a tool once; `save` is where its relevance goes: raw float32, computed in float64. */
  ask(tool: string, save?: string): Promise<PeerReply>
  close(): void
}

/** What the peer runs on. */
export interface PeerSubject extends Setting {
  readonly network: string
  readonly file: string
  /** Raw float32 of the batch. */
  readonly picture: string
  readonly box: { readonly low: number; readonly high: number }
}

/**
 * Starts `bench/peers/peer.py`.
 *
 * @throws Error when Python or one of its packages is missing, with Python's own last line
 */
export async function startPeer(python: string, subject: PeerSubject): Promise<Peer> {
  const { network, file, picture, batch, threads, box } = subject
  const script = join(import.meta.dirname, '../peers/peer.py')
  const args = ['-W', 'ignore', script, network, file, picture, ...[batch, threads, box.low, box.high].map(String)]
  const child = spawn(python, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', data => {
    complaint = `${complaint}${data}`.slice(-2000)
  })
  const failed = new Promise<never>((_, reject) => {
    const why = (reason: string) =>
      reject(new Error(`${python} ${script}: ${reason}; see bench/peers/README.md for what it needs`))
    child.on('error', error => why(error.message))
    child.on('exit', code => why(complaint.trim().split('\n').at(-1) || `ended with code ${code}`))
  })
  // Heard at the next question, if at all.
  failed.catch(() => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const { value } = await Promise.race([lines.next(), failed])
    // The output ends a little before the process does.
    return JSON.parse((value as string | undefined) ?? (await failed))
  }
  const versions = (await next()) as Peer['versions']
  return {
    versions,
    ask: async (tool, save) => {
      child.stdin.write(`${JSON.stringify({ tool, save: save ?? null })}\n`)
      return (await next()) as PeerReply
    },
    close: () => child.stdin.end(),
  }
}
