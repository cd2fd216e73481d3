/** Options that several verbs share: their words, and their way from text to what the library takes. */

import { type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import type { InputBox } from '../core/4-analyze/input-domain.ts'
import { type HiddenNeuron, parseHidden } from '../core/5-explain/hidden.ts'
import { type LayerRule, layerRuleNames } from '../core/5-explain/layer-rules.ts'
import { biasPolicies } from '../core/5-explain/method.ts'
import type { CompileOptions } from '../core/emit.ts'
import { type MethodName, type MethodOptions, methodFrom, methodNames } from '../explainer/methods.ts'
import type { Target } from '../explainer/target.ts'
import { channelAxisOf, type PictureGeometry } from '../inputs/geometry.ts'
import { parseLayerRule } from '../inputs/layer-rules.ts'
import { boxOf, type Preprocessing } from '../inputs/preprocessing.ts'
import { readLayerRules } from '../inputs/sidecar.ts'

export { type MethodName, type MethodOptions, methodFrom, methodNames }

/** Fresh copies: commander binds an option to its command. */
export const options = {
  method: () => new Option('--method <name>', 'how to explain').choices(methodNames).default(methodNames[0]),
  methods: () =>
    new Option('--method <names>', `how to explain; several to compare, like a,b,c: ${methodNames.join(', ')}`)
      .argParser(parseMethods)
      .default([methodNames[0]] as readonly MethodName[], methodNames[0]),
  bias: () =>
    new Option(
      '--bias <policy>',
      'biases get no share (ignore), are one more neuron with a share (absorb), or stay in denominators as they are (keep); default: ignore for deep-taylor, absorb else',
    ).choices(biasPolicies),
  pooling: () =>
    new Option(
      '--pooling <how>',
      'max pooling shares in proportion to activation, or all to the winner; default: proportional for deep-taylor, winner else',
    ).choices(['proportional', 'winner'] as const),
  stabilizer: () =>
    new Option(
      '--stabilizer <epsilon>',
      'denominators are z + epsilon·sign(z); default: 0, which is exact, for deep-taylor, 1e-6 else',
    ).argParser(nonNegative),
  epsilon: () => new Option('--epsilon <n>', 'ε of the ε-rule (default: 1e-6)').argParser(nonNegative),
  gamma: () => new Option('--gamma <n>', 'γ of the γ-rule (default: 0.25)').argParser(nonNegative),
  alpha: () => new Option('--alpha <n>', 'α of alpha-beta; α − β = 1 (default: 2)').argParser(nonNegative),
  beta: () => new Option('--beta <n>', 'β of alpha-beta (default: 1)').argParser(nonNegative),
  steps: () => new Option('--steps <n>', 'points of integrated-gradients (default: 50)').argParser(positive),
  samples: () => new Option('--samples <n>', 'noisy copies of smooth-grad (default: 25)').argParser(positive),
  noise: () =>
    new Option('--noise <share>', "σ of smooth-grad, as a share of the input's range (default: 0.1)").argParser(
      nonNegative,
    ),
  seed: () => new Option('--seed <n>', 'which noise smooth-grad takes (default: 0)').argParser(nonNegative),
  patch: () =>
    new Option('--patch <n>', 'elements a side that occlusion hides (default: a fourteenth of the side)').argParser(
      positive,
    ),
  camLayer: () => new Option('--cam-layer <name>', 'the layer of grad-cam (default: the last with weights and places)'),
  rule: () =>
    new Option(
      '--rule <layers=rule>',
      `a rule for some layers, like conv1*=flat, operator:Gemm=epsilon:0.1 or position:first=w-square; may be repeated; rules: ${layerRuleNames.join(', ')}`,
    ).argParser(several),
  versus: () =>
    new Option('--versus <class>', 'why the target and not this class: both as one neuron of the last linear layer'),
  layer: () =>
    new Option('--layer <name>', 'a hidden layer whose relevance is wanted too; may be repeated').argParser(several),
  factor: () =>
    new Option(
      '--factor <layer>',
      'a hidden layer whose factors c of R = x·c are wanted too; may be repeated',
    ).argParser(several),
  through: () =>
    new Option(
      '--through <layer:channel>',
      'only the relevance that flows through a hidden channel, or LAYER:CHANNEL,ROW,COLUMN; may be repeated',
    ).argParser(throughChannel),
  rules: () => new Option('--rules <file>', 'a JSON file of rules per layer; --rule comes after it'),
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
  labels: () =>
    new Option(
      '--labels <file>',
      "class labels: config.json, a JSON list or one per line (default: the model's config.json)",
    ),
  vocab: () =>
    new Option(
      '--vocab <file>',
      "the words of a text model's tokens, one a line (default: vocab.txt beside the model, where no tokenizer.json is)",
    ),
  tokenizer: () =>
    new Option(
      '--tokenizer <file>',
      'a tokenizer.json that cuts texts into tokens (default: the one beside the model)',
    ).conflicts('vocab'),
  shape: () =>
    new Option(
      '--shape <sizes>',
      "sizes for the input's free dimensions, like 1,3,224,224; ? leaves one free",
    ).argParser(parseShape),
  input: () => new Option('--input <name>', 'the input to explain in terms of (default: the only one)'),
  output: () => new Option('--output <name>', 'the output to explain (default: the first)'),
  threads: () => new Option('--threads <n>', 'threads inside one operator (default: all cores)').argParser(positive),
  cache: () =>
    new Option(
      '--cache <folder>',
      "where optimised graphs are kept, so that a model opens and runs faster the next time (default: the user's cache folder)",
    ).env('DEEPTAYLOR_CACHE'),
  noCache: () => new Option('--no-cache', 'keep no optimised graphs, and use none'),
  runtime: () =>
    new Option('--runtime <build>', 'ONNX Runtime: native, wasm, or whichever is there')
      .choices(['auto', 'native', 'wasm'] as const)
      .default('auto' as const),
}

/** The rules per layer that the options give; the last that matches a layer counts. */
export async function layerRulesFrom(given: {
  readonly rule?: readonly string[] | undefined
  readonly rules?: string | undefined
}): Promise<readonly LayerRule[]> {
  const fromFile = given.rules === undefined ? [] : await readLayerRules(given.rules)
  return [...fromFile, ...(given.rule ?? []).map(parseLayerRule)]
}

/** Options that tune how relevance is shared, as they are given. */
export interface SharingOptions extends MethodOptions {
  readonly rule?: readonly string[]
  readonly rules?: string
}

/** What the inputs of a verb may be. */
export const inputsInWords =
  'PNG, JPEG or WebP pictures, .npy arrays, .csv tables, .txt texts, folders or globs of them'

/** Adds the options that tune how relevance is shared. */
export function addSharing(command: CommandUnknownOpts): void {
  const { bias, pooling, stabilizer, epsilon, gamma, alpha, beta, rule, rules } = options
  for (const make of [bias, pooling, stabilizer, epsilon, gamma, alpha, beta, rule, rules]) command.addOption(make())
}

/** Adds the options of methods that look at many points or layers; their values are `MethodOptions`. */
export function addSampling(command: CommandUnknownOpts): void {
  const { steps, samples, noise, seed, patch, camLayer } = options
  for (const make of [steps, samples, noise, seed, patch, camLayer]) command.addOption(make())
}

/** Options that say which hidden values are wanted too, as they are given. */
export interface HiddenOptions {
  readonly layer?: readonly string[]
  readonly factor?: readonly string[]
  readonly through?: readonly HiddenNeuron[]
}

/** Adds the options of hidden layers. */
export function addHidden(command: CommandUnknownOpts): void {
  for (const make of [options.layer, options.factor, options.through]) command.addOption(make())
}

/** Hidden layers as the library takes them. */
export function hiddenFrom({
  layer,
  factor,
  through,
}: HiddenOptions): Pick<CompileOptions, 'layers' | 'factors' | 'through'> {
  return { ...(layer && { layers: layer }), ...(factor && { factors: factor }), ...(through && { through }) }
}

/** Which input and output are explained, and sizes for free dimensions, as the library takes them. */
export function pathFrom(given: {
  readonly input?: string | undefined
  readonly output?: string | undefined
  readonly shape?: readonly (number | undefined)[] | undefined
}): Pick<CompileOptions, 'input' | 'output' | 'shape'> {
  const { input, output, shape } = given
  return defined({ input, output, shape })
}

const groups: Readonly<Record<string, readonly string[]>> = {
  'What is explained:': ['target', 'versus', 'labels', 'layer', 'factor', 'through', 'root', 'input', 'output'],
  'How the input is read:': ['preprocess', 'vocab', 'tokenizer', 'box', 'shape', 'feed'],
  'Method:': ['method', 'bias', 'pooling', 'stabilizer', 'rule', 'rules'],
  'Parameters of single methods:': [
    'epsilon',
    'gamma',
    'alpha',
    'beta',
    'steps',
    'samples',
    'noise',
    'seed',
    'patch',
    'camLayer',
    'methodSteps',
    'methodSamples',
    'methodPatch',
  ],
  'How it is drawn:': [
    'scale',
    'colormap',
    'channels',
    'exponent',
    'extent',
    'sharedScale',
    'opacity',
    'contours',
    'smooth',
    'transparent',
    'annotate',
  ],
  'Checks:': ['tolerance', 'check'],
  'The data:': ['labelsCsv', 'labelColumn', 'masks', 'boxes', 'limit'],
}

/** Puts a verb's options under headings, for its help, but for those that have one. */
export function grouped<C extends CommandUnknownOpts>(command: C): C {
  for (const option of command.options) {
    if (option.helpGroupHeading) continue
    const heading = Object.entries(groups).find(([, names]) => names.includes(option.attributeName()))?.[0]
    if (heading) option.helpGroup(heading)
  }
  return command
}

/** What was given, without what was not. */
export function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
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

/** An option that may be repeated. */
export function several(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text]
}

function throughChannel(text: string, before: readonly HiddenNeuron[] | undefined): readonly HiddenNeuron[] {
  const neuron = parseHidden(text)
  if (neuron) return [...(before ?? []), neuron]
  throw new InvalidArgumentError('LAYER:CHANNEL or LAYER:CHANNEL,ROW,COLUMN was expected.')
}

/** The targets that were asked for: `top3` is three; with `--versus` each is held against that class. */
export function targetsFrom(
  asked: readonly string[],
  versus: string | undefined,
): readonly { readonly asked: string; readonly target: Target }[] {
  const all = asked.flatMap(target => {
    const ranks = /^top([2-9]|10)$/.exec(target)
    return ranks ? Array.from({ length: Number(ranks[1]) }, (_, i) => `top${i + 1}`) : [target]
  })
  return [...new Set(all)].map(target =>
    versus === undefined
      ? { asked: target, target }
      : { asked: `${target} versus ${versus}`, target: { class: target, versus } },
  )
}

function parseMethods(text: string): readonly MethodName[] {
  const names = [...new Set(text.split(',').map(name => name.trim()))]
  const unknown = names.find(name => !methodNames.includes(name as MethodName))
  if (unknown === undefined) return names as MethodName[]
  throw new InvalidArgumentError(`there is no method "${unknown}". Allowed choices are ${methodNames.join(', ')}.`)
}

/** A number ≥ 0. */
export function nonNegative(text: string): number {
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

/** A whole number ≥ 0. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 0) return value
  throw new InvalidArgumentError('a whole number ≥ 0 was expected.')
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
