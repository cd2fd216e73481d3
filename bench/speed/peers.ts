/** The table of peers: PyTorch, Zennit and Captum on the same networks, weights, picture and threads, in turn with ours. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Model } from '../../src/core/0-graph/graph.ts'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { deepTaylor } from '../../src/core/5-explain/deep-taylor.ts'
import { lrp } from '../../src/core/5-explain/lrp.ts'
import type { Method } from '../../src/core/5-explain/method.ts'
import { compileModel } from '../../src/core/compile.ts'
import { loadModel } from '../../src/explainer/load-model.ts'
import { nodeRuntime } from '../../src/runtime/node.ts'
import { oracleOf } from '../../src/runtime/oracle.ts'
import type { Session } from '../../src/runtime/session.ts'
import type { NetworkName } from '../networks/catalogue.ts'
import { feedsFor, inputBox, sleep } from './feeds.ts'
import type { Setting } from './jobs.ts'
import { keeping } from './opening.ts'
import type { BenchOptions } from './options.ts'
import { type Peer, startPeer } from './peer-process.ts'
import { ratiosOf, spreadOf } from './statistics.ts'
import { isNetwork, type Subject } from './subjects.ts'
import { digits, spread, type Table } from './tables.ts'
import { type Contestant, contestant, takeTime } from './timing.ts'

/** What one tool took, or why it could not. */
export interface PeerRow extends Setting {
  readonly network: string
  readonly tool: string
  /** The forward pass of its own framework, and our explanation of the same kind, as rows' names. */
  readonly forward: string
  readonly ours: string
  readonly times: readonly number[]
  readonly error: string | undefined
  /**
   * Largest difference of our relevance from theirs by the same rules in float64, and of their own float32 from that, both
   * over the largest relevance; undefined where rules differ, and in all but the first setting.
   */
  readonly difference: { readonly ours: number; readonly theirs: number } | undefined
}

/** Versions of the peers' packages, and the rows. */
export interface PeerFigures {
  readonly versions: Peer['versions']
  readonly rows: readonly PeerRow[]
}

const ourForward = 'ONNX Runtime forward'
/** The peers' max pooling gives all to the winner, and their denominators are stabilised. */
const likeZennit = deepTaylor({ pooling: 'winner', stabilizer: 1e-6 })
const ours: Readonly<Record<string, Method>> = { 'deep-taylor': deepTaylor(), epsilon: lrp('epsilon') }

/** One of theirs; `same` is our method with the same rules, on the networks where they are the same. */
interface Theirs {
  readonly tool: string
  readonly ours: string
  readonly same?: { readonly method: Method; readonly on: readonly NetworkName[] }
}

/**
 * Elsewhere rules differ: Captum knows none for sums, merges no batch norms, and its z⁺ reads pixels without a box; where a sum
 * of both signs is not rectified (MobileNet), our deep Taylor shares among the summands of its sign; products of activations
 * (EfficientNet) have no rule in Zennit, and batch norms in front of convolutions (DenseNet) another.
 */
const plain: readonly NetworkName[] = ['alexnet', 'vgg16', 'squeezenet1_1']
const rectified: readonly NetworkName[] = [...plain, 'resnet18', 'resnet50', 'googlenet']
const theirs: readonly Theirs[] = [
  { tool: 'PyTorch forward', ours: ourForward },
  { tool: 'Zennit deep-taylor', ours: 'deep-taylor', same: { method: likeZennit, on: rectified } },
  { tool: 'Captum deep-taylor', ours: 'deep-taylor' },
  { tool: 'Zennit epsilon', ours: 'epsilon', same: { method: lrp('epsilon'), on: [...rectified, 'mobilenet_v2'] } },
  { tool: 'Captum epsilon', ours: 'epsilon', same: { method: lrp('epsilon'), on: plain } },
]

/** Measures every network × batch × threads; the methods are those that both sides have. */
export async function measurePeers(options: BenchOptions, announce: (what: string) => void): Promise<PeerFigures> {
  const rows: PeerRow[] = []
  let versions: Peer['versions'] = {}
  for (const subject of options.subjects()) {
    if (!isNetwork(subject.name)) throw new Error(`--peers: ${subject.name} is no network that the peers have as well`)
    for (const batch of options.batches) {
      for (const threads of options.threads) {
        announce(`${subject.name} against its peers, batch ${batch}, ${threads} threads`)
        // Once per network: float64 takes its time.
        const isFirst = batch === options.batches[0] && threads === options.threads[0]
        const found = await measureOne(subject, { batch, threads }, options, isFirst)
        rows.push(...found.rows)
        versions = found.versions
      }
    }
  }
  return { versions, rows }
}

async function measureOne(
  subject: Subject,
  setting: Setting,
  options: BenchOptions,
  compares: boolean,
): Promise<PeerFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'deeptaylor-peers-'))
  try {
    return await measureIn(folder, subject, setting, options, compares)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureIn(
  folder: string,
  { name: network, file }: Subject,
  setting: Setting,
  { python, runs, pause, keeps }: BenchOptions,
  compares: boolean,
): Promise<PeerFigures> {
  const { model } = await loadModel(file)
  const open = await modelOpener(model, setting.threads, keeps ? join(folder, 'kept') : undefined)
  const forward = await open(undefined)
  const feeds = feedsFor(forward, setting.batch)
  const picture = join(folder, 'picture')
  writeFileSync(picture, Object.values(feeds)[0]?.data as Float32Array)
  const peer = await startPeer(python, { network, file, picture, box: inputBox, ...setting })
  try {
    const relevanceOf = async (method: Method) => {
      const session = await open(method)
      const { relevance } = await session.run(feeds, ['relevance'])
      await session.close()
      return relevance?.data as Float32Array
    }
    const facts = new Map<string, Pick<PeerRow, 'error' | 'difference'>>()
    for (const { tool, same } of theirs) {
      const method = compares && same?.on.some(name => name === network) ? same.method : undefined
      const save = join(folder, 'relevance')
      const reply = await peer.ask(tool, method && save)
      if ('error' in reply) facts.set(tool, { error: reply.error, difference: undefined })
      else if (method) {
        const ours = differenceOf(await relevanceOf(method), floatsOf(save))
        facts.set(tool, { error: undefined, difference: { ours, theirs: reply.float32 ?? Number.NaN } })
      }
    }
    const own = new Map([[ourForward, contestant(forward, feeds)]])
    for (const [name, method] of Object.entries(ours)) own.set(name, contestant(await open(method), feeds))
    const able = theirs.map(({ tool }) => tool).filter(tool => facts.get(tool)?.error === undefined)
    const times = await takeTurns(own, peer, able, runs, pause)
    const row = (tool: string, forward: string, ours: string): PeerRow => {
      const { error, difference } = facts.get(tool) ?? {}
      return { network, ...setting, tool, forward, ours, times: times.get(tool) ?? [], error, difference }
    }
    return {
      versions: peer.versions,
      rows: [
        ...[...own.keys()].map(name => row(name, ourForward, name)),
        ...theirs.map(({ tool, ours }) => row(tool, 'PyTorch forward', ours)),
      ],
    }
  } finally {
    peer.close()
  }
}

/** Opens the model, or its explained form: as `deeptaylor` does the second time, unless asked for as written. */
async function modelOpener(
  model: Model,
  threads: number,
  keptIn: string | undefined,
): Promise<(method: Method | undefined) => Promise<Session>> {
  const native = await nodeRuntime('native')
  const runtime = keptIn === undefined ? native : keeping(native, keptIn)
  return async method => {
    const compiled = method && (await compileModel(model, oracleOf(runtime), { method, box: inputBox }))
    return runtime.open(encodeModel(compiled?.model ?? model), { threads, keeps: compiled !== undefined })
  }
}

/** Ours, then theirs, over and over: only one computes at a time, and each rests before its turn. */
async function takeTurns(
  own: ReadonlyMap<string, Contestant>,
  peer: Peer,
  tools: readonly string[],
  runs: number,
  pause: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map<string, number[]>([...own].map(([name, { times }]) => [name, times]))
  for (const tool of tools) times.set(tool, [])
  for (const { run } of own.values()) await run()
  for (let i = 0; i < runs; i++) {
    for (const entry of own.values()) await takeTime(entry, pause)
    for (const tool of tools) {
      await sleep(pause)
      const reply = await peer.ask(tool)
      if ('error' in reply) throw new Error(`${tool}: ${reply.error}`)
      times.get(tool)?.push(reply.ms)
    }
  }
  for (const { close } of own.values()) await close()
  return times
}

function floatsOf(file: string): Float32Array {
  return new Float32Array(new Uint8Array(readFileSync(file)).buffer)
}

function differenceOf(a: Float32Array, b: Float32Array): number {
  let [largest, difference] = [0, 0]
  for (const [i, value] of b.entries()) {
    largest = Math.max(largest, Math.abs(value))
    difference = Math.max(difference, Math.abs(value - (a[i] as number)))
  }
  return difference / largest
}

/** The rows as one table. */
export function peerTables({ versions, rows }: PeerFigures): readonly Table[] {
  const title = Object.entries(versions)
    .map(pair => pair.join(' '))
    .join(', ')
  const timesOf = (of: PeerRow, tool: string) =>
    rows.find(
      row => row.network === of.network && row.batch === of.batch && row.threads === of.threads && row.tool === tool,
    )?.times ?? []
  return [
    {
      title: `Peers (${title}): milliseconds, in forward passes of the same framework, in ours of the same kind; where rules coincide, how far our relevance and theirs lie from theirs in float64, of its largest`,
      head: [
        'network',
        'batch',
        'threads',
        'tool',
        'milliseconds',
        'forward passes',
        'times ours',
        'our error',
        'their error',
      ],
      rows: rows.map(row => {
        const label = [row.network, String(row.batch), String(row.threads), row.tool]
        if (row.error !== undefined) return [...label, row.error, '', '', '', '']
        const isOurs = row.tool === row.ours
        return [
          ...[...label, spread(spreadOf(row.times))],
          row.tool === row.forward ? '' : digits(ratiosOf(timesOf(row, row.forward), row.times).median),
          isOurs ? '' : digits(ratiosOf(timesOf(row, row.ours), row.times).median),
          row.difference?.ours.toExponential(1) ?? '',
          row.difference?.theirs.toExponential(1) ?? '',
        ]
      }),
    },
  ]
}
