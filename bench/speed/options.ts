/** The command line of `npm run bench`. */

import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { networkNames } from '../networks/catalogue.ts'
import { type MethodName, methodNames, presets } from './methods.ts'
import { fileSubject, isNetwork, networkSubject, type Subject } from './subjects.ts'

/** What is to be measured, and how. */
export interface BenchOptions {
  readonly mode: 'ratios' | 'profile' | 'targets' | 'slopes' | 'peers'
  readonly subjects: () => readonly Subject[]
  readonly methods: readonly MethodName[]
  readonly batches: readonly number[]
  readonly threads: readonly number[]
  readonly targets: readonly number[]
  readonly runs: number
  readonly pause: number
  /** Each model in a process of its own, one after the other: what taking turns must not change. */
  readonly alone: boolean
  readonly memory: boolean
  /** Explained models as `deeptaylor` opens them the second time, not as ONNX Runtime opens their files; ratios have both. */
  readonly keeps: boolean
  readonly markdown: boolean
  readonly json: string | undefined
  readonly python: string
}

/**
 * A session's threads keep spinning after a run, waiting for the next; until they park they take the cores from another
 * session of the same process. After a rest, on the other hand, a session's own threads have parked as well, and a short
 * run is slower (SqueezeNet 1.1: 4.2 ms instead of 3.7): so a run that does not count comes first.
 *
 * Milliseconds forward and explained, two threads on two cores of a machine that drifts by a tenth, medians of 25, by
 * `npm run bench -- NETWORK --batch 1 --threads 2 --runs 25 --no-memory` with `--protocol` or `--pause`:
 *
 *     alone, before and after   ResNet 18  20.8 74.1, 19.8 73.5   SqueezeNet 1.1  6.2 30.8, 4.8 22.0
 *     back to back                         44.4 104                               9.5 45.3
 *     5 ms                                 30.1 85.5                              15.0 22.8
 *     20 ms                                18.9 71.1                              8.9 23.9
 *     50 ms                                18.4 70.1                              5.0 24.8
 *     100 ms                               18.5 69.7                              4.5 21.1
 *
 * Back to back, ResNet 18's ratio comes out as 2.3 where it is 3.7.
 */
const restingPause = 100

/** The text of `--help`. */
export const help: string = `What an explanation costs in forward passes.

  npm run bench -- [NETWORK …] [options]

Networks (default: all): ${networkNames.join(', ')}

  --model FILE         measure this model instead; may be repeated
  --method NAMES       methods, like deep-taylor,epsilon; all: the presets (default: deep-taylor)
  --batch N,N          pictures at once (default: 1,8)
  --threads N,N        threads inside one operator (default: 1,2)
  --runs N             pairs of runs (default: 15)
  --quick              5 pairs, batch 1, two threads, no memory: to see that it works
  --protocol NAME      resting: a pause and a run that does not count before every run, so that each
                       model is as fast as alone in a process (default);
                       back-to-back: none, as a program that runs both would;
                       alone: not in turn, each in a process of its own, to check the others
  --pause MS           the pause of resting (default: ${restingPause})
  --as-written         explained models as ONNX Runtime opens their files, not as deeptaylor does
                       the second time; the table of ratios has both
  --no-memory          leave out peak memory and load time, each of which takes a process
  --profile            instead: where the time goes, by operator
  --targets N,N        instead: what explaining several classes costs
  --slopes             instead: how cost grows with picture size, depth and number of classes
  --peers              instead: against PyTorch, Zennit and Captum (see bench/peers/README.md)
  --python FILE        the Python that has them (default: python3)
  --markdown           tables as Markdown
  --json FILE          all figures, every run
`

/** Reads the command line; a string is what is wrong with it. */
export function readOptions(args: readonly string[]): BenchOptions | 'help' | Error {
  try {
    return read(args)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function read(args: readonly string[]): BenchOptions | 'help' {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...{ help: flag, quick: flag, profile: flag, slopes: flag, peers: flag, markdown: flag, 'no-memory': flag },
      ...{ 'as-written': flag },
      ...{ method: text, batch: text, threads: text, runs: text, protocol: text, pause: text, targets: text },
      ...{ json: text, python: text, model: { type: 'string', multiple: true } },
    },
  })
  if (values.help) return 'help'
  const { quick = false, model = [], protocol = 'resting' } = values
  if (!['resting', 'back-to-back', 'alone'].includes(protocol))
    throw new Error(`--protocol: resting, back-to-back or alone, not ${protocol}`)
  const unknown = positionals.find(name => !isNetwork(name))
  if (unknown !== undefined) throw new Error(`there is no network "${unknown}"; there are ${networkNames.join(', ')}`)
  const names = positionals.length > 0 || model.length > 0 ? positionals.filter(isNetwork) : networkNames
  const modes = (['profile', 'slopes', 'peers'] as const).filter(mode => values[mode])
  const { targets } = values
  return {
    mode: modes[0] ?? (targets === undefined ? 'ratios' : 'targets'),
    subjects: () => [...names.map(networkSubject), ...model.map(fileSubject)],
    methods: methodsFrom(values.method ?? 'deep-taylor'),
    batches: numbers('batch', values.batch ?? (quick ? '1' : '1,8')),
    threads: numbers('threads', values.threads ?? (quick ? String(Math.min(2, availableParallelism())) : '1,2')),
    targets: numbers('targets', targets ?? '1,2,4'),
    runs: number('runs', values.runs) ?? (quick ? 5 : 15),
    pause: protocol === 'resting' ? (number('pause', values.pause) ?? restingPause) : 0,
    alone: protocol === 'alone',
    keeps: values['as-written'] !== true,
    memory: !quick && !values['no-memory'],
    markdown: values.markdown ?? false,
    json: values.json,
    python: values.python ?? 'python3',
  }
}

function methodsFrom(list: string): readonly MethodName[] {
  if (list === 'all') return presets
  return list.split(',').map(name => {
    const found = methodNames.find(method => method === name.trim())
    if (found === undefined) throw new Error(`there is no method "${name}"; there are ${methodNames.join(', ')}`)
    return found
  })
}

function number(option: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : numbers(option, text).at(-1)
}

function numbers(option: string, list: string): readonly number[] {
  return list.split(',').map(part => {
    const value = Number(part)
    if (Number.isInteger(value) && value > 0) return value
    throw new Error(`--${option}: whole numbers ≥ 1 separated by commas were expected, not "${list}"`)
  })
}
