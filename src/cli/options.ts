/** Options that several verbs share: their words, and their way from text to what the library takes. */

import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import type { InputBox } from '../core/4-analyze/input-domain.ts'
import { deepTaylor } from '../core/5-explain/deep-taylor.ts'
import type { BiasPolicy, Method, Pooling } from '../core/5-explain/method.ts'
import { channelAxisOf, type PictureGeometry } from '../inputs/geometry.ts'
import { boxOf, type Preprocessing } from '../inputs/preprocessing.ts'

/** Methods by name. */
export const methodNames = ['deep-taylor'] as const

/** The options that choose and tune a method. */
export interface MethodOptions {
  readonly method: (typeof methodNames)[number]
  readonly bias: BiasPolicy
  readonly pooling: Pooling
  readonly stabilizer: number
}

/** Fresh copies: commander binds an option to its command. */
export const options = {
  method: () => new Option('--method <name>', 'how to explain').choices(methodNames).default(methodNames[0]),
  bias: () =>
    new Option('--bias <policy>', 'positive biases get no share (ignore), or keep theirs (absorb)')
      .choices(['ignore', 'absorb'] as const)
      .default('ignore' as const),
  pooling: () =>
    new Option('--pooling <how>', 'max pooling shares in proportion to activation, or all to the winner')
      .choices(['proportional', 'winner'] as const)
      .default('proportional' as const),
  stabilizer: () =>
    new Option('--stabilizer <epsilon>', 'denominators are z + epsilon·sign(z); 0 is exact, other libraries have 1e-6')
      .argParser(nonNegative)
      .default(0),
  box: () =>
    new Option(
      '--box <low,high>',
      'what values the input can have: one pair, or one pair per channel; write --box=-2,2',
    ).argParser(parseBox),
  preprocess: () =>
    new Option(
      '--preprocess <name>',
      'imagenet, caffe, tensorflow, unit, none, or a preprocessor_config.json (default: the one beside the model)',
    ),
  shape: () =>
    new Option(
      '--shape <sizes>',
      "sizes for the input's free dimensions, like 1,3,224,224; ? leaves one free",
    ).argParser(parseShape),
  input: () => new Option('--input <name>', 'the input to explain in terms of (default: the only one)'),
  output: () => new Option('--output <name>', 'the output to explain (default: the first)'),
  threads: () => new Option('--threads <n>', 'threads inside one operator (default: all cores)').argParser(positive),
  runtime: () =>
    new Option('--runtime <build>', 'ONNX Runtime: native, wasm, or whichever is there')
      .choices(['auto', 'native', 'wasm'] as const)
      .default('auto' as const),
}

/** The method that the options describe. */
export function methodFrom({ bias, pooling, stabilizer }: MethodOptions): Method {
  return deepTaylor({ bias, pooling, stabilizer })
}

/** Bounds from the command line as a box of the given input. */
export function boxFrom(pairs: readonly number[], geometry: PictureGeometry | undefined): InputBox {
  if (pairs.length === 2) return { low: pairs[0] as number, high: pairs[1] as number }
  const low = pairs.filter((_, i) => i % 2 === 0)
  const high = pairs.filter((_, i) => i % 2 === 1)
  return { low, high, channelAxis: geometry ? channelAxisOf(geometry) : 1 }
}

/** The box that a picture's preprocessing implies. */
export function pictureBox(preprocessing: Preprocessing, geometry: PictureGeometry): InputBox {
  return boxOf(preprocessing, geometry.channels, channelAxisOf(geometry))
}

function nonNegative(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value
  throw new InvalidArgumentError('a number ≥ 0 was expected.')
}

/** A whole number ≥ 1. */
export function positive(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && value > 0) return value
  throw new InvalidArgumentError('a whole number ≥ 1 was expected.')
}

function parseBox(text: string): readonly number[] {
  const numbers = text.split(',').map(part => (part.trim() === '' ? Number.NaN : Number(part)))
  const isPaired = numbers.length >= 2 && numbers.length % 2 === 0 && !numbers.some(Number.isNaN)
  if (isPaired && numbers.every((low, i) => i % 2 === 1 || low < (numbers[i + 1] as number))) return numbers
  throw new InvalidArgumentError('pairs LOW,HIGH with LOW < HIGH were expected, like --box=-2,2.')
}

function parseShape(text: string): readonly (number | undefined)[] {
  return text.split(',').map(part => {
    const size = Number(part)
    if (part.trim() === '?') return undefined
    if (part.trim() !== '' && Number.isInteger(size) && size > 0) return size
    throw new InvalidArgumentError('whole numbers or ? separated by commas were expected, like 1,3,224,224.')
  })
}
