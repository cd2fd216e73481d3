/** Settings as text: what follows the # of a link. Only what differs from a fresh page is written, and no data of the user's. */

import { colormapNames } from '../../../src/render/colormap.ts'
import { poolings } from '../../../src/render/plane.ts'
import { biasPolicies, methodNames, type Preprocessing } from '../../../src/web.ts'
import { defaults, type ParameterName, type Settings } from './settings.ts'

/** How one setting is written and read; `read` returns undefined for what makes no sense. */
interface Codec<T> {
  readonly write: (value: T) => string
  readonly read: (text: string) => T | undefined
}

const text: Codec<string> = { write: value => value, read: value => value }

const oneOf = <T extends string>(...allowed: readonly T[]): Codec<T> => ({
  write: value => value,
  read: value => allowed.find(one => one === value),
})

const number = (low: number, high: number): Codec<number> => ({
  write: String,
  read: value => {
    const read = value.trim() === '' ? Number.NaN : Number(value)
    return read >= low && read <= high ? read : undefined
  },
})

const parameterNames: readonly ParameterName[] = [
  'stabilizer',
  'epsilon',
  'gamma',
  'alpha',
  'beta',
  'steps',
  'samples',
  'noise',
  'seed',
  'patch',
]

const parameters: Codec<Settings['parameters']> = {
  write: value =>
    Object.entries(value)
      .map(([name, one]) => `${name}:${one}`)
      .join(','),
  read: value => {
    const entries = value.split(',').map(part => part.split(':'))
    const isFit = entries.every(
      ([name, one = '']) => parameterNames.includes(name as ParameterName) && Number(one) >= 0,
    )
    return isFit ? Object.fromEntries(entries.map(([name, one]) => [name, Number(one)])) : undefined
  },
}

const list: Codec<readonly string[]> = {
  write: value => JSON.stringify(value),
  read: value => {
    const read = json(value)
    return Array.isArray(read) && read.every(one => typeof one === 'string') ? read : undefined
  },
}

const preprocessing: Codec<Preprocessing | null> = {
  write: value => JSON.stringify(value),
  read: value => {
    const read = json(value)
    return isPreprocessing(read) ? read : undefined
  },
}

function json(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

function isPreprocessing(value: unknown): value is Preprocessing {
  if (typeof value !== 'object' || value === null) return false
  const { name, resample, scale, mean, std, channelOrder, resize, crop } = value as Record<string, unknown>
  const areNumbers = (list: unknown) =>
    Array.isArray(list) && (list.length === 1 || list.length === 3) && list.every(Number.isFinite)
  const isSize = (size: unknown) =>
    typeof size === 'object' &&
    size !== null &&
    Object.values(size).every(side => Number(side) >= 1 && Number(side) <= 16_384)
  return (
    typeof name === 'string' &&
    ['nearest', 'bilinear', 'bicubic', 'lanczos'].includes(resample as string) &&
    Number.isFinite(scale) &&
    areNumbers(mean) &&
    areNumbers(std) &&
    !(std as readonly number[]).includes(0) &&
    ['rgb', 'bgr'].includes(channelOrder as string) &&
    (resize === undefined || isSize(resize) || (Number(resize) >= 1 && Number(resize) <= 16_384)) &&
    (crop === undefined || isSize(crop))
  )
}

/** A setting without a row does not compile. */
const codecs: { readonly [K in keyof Settings]: Codec<Settings[K]> } = {
  view: text,
  example: text,
  target: text,
  versus: text,
  method: oneOf(...methodNames),
  bias: oneOf('default', ...biasPolicies),
  pooling: oneOf('default', 'proportional', 'winner'),
  parameters,
  rules: list,
  preprocessing,
  runtime: oneOf('auto', 'webgpu', 'wasm'),
  panes: oneOf('all', 'picture', 'heatmap', 'overlay'),
  channels: oneOf(...poolings),
  colormap: oneOf(...colormapNames),
  opacity: number(0, 1),
  extent: number(0, Number.MAX_VALUE),
  gamma: number(0.1, 2),
  neuron: text,
  methods: {
    write: value => value.join(','),
    read: value => {
      const read = value.split(',').map(one => methodNames.find(name => name === one))
      return read.every(one => one !== undefined) ? read : undefined
    },
  },
  sharing: oneOf('own', 'row', 'all'),
}

const names = Object.keys(codecs) as (keyof Settings)[]

/** What differs from a fresh page, as texts by name. */
export function writeSettings(settings: Settings): Record<string, string> {
  const written = names.map(name => [name, writeOne(name, settings)] as const)
  return Object.fromEntries(written.filter(([name, value]) => value !== writeOne(name, defaults)))
}

function writeOne<K extends keyof Settings>(name: K, settings: Settings): string {
  return codecs[name].write(settings[name])
}

/** Settings from texts by name; what makes no sense is left out and named. */
export function readSettings(texts: Readonly<Record<string, string>>): {
  readonly settings: Settings
  readonly refused: readonly string[]
} {
  const read: Partial<Record<keyof Settings, unknown>> = {}
  const refused: string[] = []
  for (const [name, value] of Object.entries(texts)) {
    const codec = Object.hasOwn(codecs, name) ? codecs[name as keyof Settings] : undefined
    const found = codec?.read(value)
    if (found === undefined) refused.push(`${name}=${value}`)
    else read[name as keyof Settings] = found
  }
  return { settings: { ...defaults, ...(read as Partial<Settings>) }, refused }
}

/** What follows the #. */
export function fragmentOf(settings: Settings): string {
  return new URLSearchParams(writeSettings(settings)).toString()
}

/** Settings from what follows the #. */
export function readFragment(fragment: string): ReturnType<typeof readSettings> {
  return readSettings(Object.fromEntries(new URLSearchParams(fragment.replace(/^#/, ''))))
}
