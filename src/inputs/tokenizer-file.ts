/** A `tokenizer.json`, checked before any library sees it, and its parts that the library reads otherwise than the reference. */

import { DeepTaylorError } from '../core/diagnostics.ts'
import { Fields } from './config-fields.ts'
import type { Spelling } from './token-texts.ts'
import { normalizerAsReference, splitsAsReference } from './tokenizer-steps.ts'

/** What is known of a tokenizer besides how it cuts. */
export interface TokenizerFacts {
  /** What the library gets: all that bears on ids. */
  readonly json: string
  readonly config: string
  /** The number of padding; undefined where it names none. */
  readonly padding: number | undefined
  readonly isPaddedLeft: boolean
  /** Of texts that are too long, the first tokens are left out and not the last. */
  readonly isCutLeft: boolean
  /** The most tokens that it gives a model. */
  readonly most: number
  /** Tokens that stand for no letters. */
  readonly special: ReadonlySet<string>
  readonly spelling: Spelling
}

type Json = Readonly<Record<string, unknown>>

const models = ['WordPiece', 'BPE', 'Unigram', 'WordLevel'] as const

/**
 * The facts of a parsed `tokenizer.json`, and of the `tokenizer_config.json` beside it.
 *
 * @throws DeepTaylorError `config-unreadable`
 */
export function parseTokenizer(value: unknown, file: string, config: unknown, configFile: string): TokenizerFacts {
  const fields = new Fields(value, file)
  const settings = new Fields(config, configFile)
  checkDepth(value, fields)
  checkDepth(config, settings)
  const model = fields.nested('model')
  if (!model) throw fields.fault('no "model" is in it: a tokenizer.json of Hugging Face was expected')
  const raw = value as Json
  const type = model.choice('type', models) ?? guessed(raw.model as Json)
  const numbers = numbersOf(raw.model as Json, type, model)
  const added = addedOf(fields, raw)
  for (const { content, id } of added) numbers.set(content, id)
  const { normalizer, pre_tokenizer, post_processor } = raw
  const steps = stepsOf([normalizer, pre_tokenizer], fields)
  const library = {
    version: '1.0',
    added_tokens: added,
    normalizer: normalizerAsReference(normalizer ?? null),
    pre_tokenizer: splitsAsReference(pre_tokenizer ?? null),
    post_processor: post_processor ?? null,
    // Tokens are spelled out here, not there.
    decoder: null,
    model: { ...(raw.model as Json), type },
  }
  const unknown = type === 'WordLevel' ? { unk_token: model.text('unk_token') } : {}
  const padding = fields.nested('padding')
  const truncation = fields.nested('truncation')
  return {
    json: JSON.stringify(library),
    config: JSON.stringify({ ...(config as Json), ...unknown }),
    padding: paddingOf(padding, settings, config as Json, numbers),
    isPaddedLeft: (side(padding, 'direction') ?? side(settings, 'padding_side')) === 'left',
    isCutLeft: (side(truncation, 'direction') ?? side(settings, 'truncation_side')) === 'left',
    most: Math.floor(
      Math.min(truncation?.positive('max_length') ?? Infinity, settings.positive('model_max_length') ?? Infinity),
    ),
    special: new Set(added.filter(({ special }) => special === true).map(({ content }) => content)),
    spelling: spellingOf(raw.model as Json, type, steps, numbers),
  }
}

/** The type of a model whose file is too old to say. */
function guessed(model: Json): (typeof models)[number] {
  if (Array.isArray(model.vocab)) return 'Unigram'
  if (model.merges !== undefined) return 'BPE'
  return model.continuing_subword_prefix === undefined ? 'WordLevel' : 'WordPiece'
}

/** Tokens are 32-bit floats until they meet the model: whole numbers below this stay what they are. */
const mostNumbers = 2 ** 24

const isNumber = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < mostNumbers

/** No tokenizer is nested so deeply; and what is, no recursion bears. */
const deepest = 64

function checkDepth(value: unknown, fields: Fields): void {
  let level = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) throw fields.fault(`its parts are nested more than ${deepest} levels deep`)
    level = level.flatMap(part => (typeof part === 'object' && part !== null ? Object.values(part) : []))
  }
}

/** The words of a model and their numbers. */
function numbersOf(model: Json, type: (typeof models)[number], fields: Fields): Map<string, number> {
  const { vocab, merges, unk_id } = model
  if (type === 'Unigram') {
    const isWord = (entry: unknown) =>
      Array.isArray(entry) && typeof entry[0] === 'string' && Number.isFinite(entry[1] as unknown)
    if (!Array.isArray(vocab) || vocab.length === 0 || !vocab.every(isWord)) {
      throw fields.fault('"vocab" is not a list of words with scores')
    }
    if ((unk_id ?? undefined) !== undefined && !(isNumber(unk_id) && unk_id < vocab.length)) {
      throw fields.fault('"unk_id" is the number of no word')
    }
    return new Map(vocab.map(([word], id) => [word as string, id]))
  }
  if (typeof vocab !== 'object' || vocab === null || Array.isArray(vocab)) {
    throw fields.fault('"vocab" is not an object of words and their numbers')
  }
  const entries = Object.entries(vocab)
  const wrong = entries.find(([, id]) => !isNumber(id))
  if (wrong) throw fields.fault(`"vocab" gives ${shown(wrong[0])} no whole number below ${mostNumbers}`)
  if (entries.length === 0) throw fields.fault('"vocab" holds no words')
  const isMerge = (merge: unknown) =>
    typeof merge === 'string' ||
    (Array.isArray(merge) && merge.length === 2 && merge.every(part => typeof part === 'string'))
  if (type === 'BPE' && !(Array.isArray(merges) && merges.every(isMerge))) {
    throw fields.fault('"merges" is not a list of pairs')
  }
  if (type === 'BPE' && model.continuing_subword_prefix) {
    throw fields.fault('BPE with a "continuing_subword_prefix" is not supported: give the tokens as a .npy array')
  }
  return new Map(entries as [string, number][])
}

interface AddedToken {
  readonly id: number
  readonly content: string
  readonly special?: unknown
}

function addedOf(fields: Fields, { added_tokens }: Json): readonly AddedToken[] {
  if ((added_tokens ?? undefined) === undefined) return []
  return fields.list('added_tokens').flatMap((token, i) => {
    const [id, content] = [token.number('id'), token.text('content')]
    if (!isNumber(id) || content === undefined) throw token.fault('a whole "id" and a "content" were expected')
    if (token.flag('single_word', false)) {
      throw token.fault(
        `${shown(content)} counts only as a single word, which is not supported: give the tokens as .npy`,
      )
    }
    return content === '' ? [] : [{ ...((added_tokens as readonly Json[])[i] as Json), id, content }]
  })
}

/** All normalizers and pre-tokenizers, those in sequences among them. */
function stepsOf(values: readonly unknown[], fields: Fields): readonly Json[] {
  return values.flatMap(value => {
    if ((value ?? undefined) === undefined) return []
    if (typeof value !== 'object' || Array.isArray(value)) throw fields.fault('a step of it is not a JSON object')
    const step = value as Json
    checkStep(step, fields)
    const inner = step.normalizers ?? step.pretokenizers ?? []
    if (!Array.isArray(inner)) throw fields.fault(`its step ${shown(step.type)} holds no list of steps`)
    return [step, ...stepsOf(inner, fields)]
  })
}

/** Refuses what the library would do otherwise than the reference, or without end. */
function checkStep({ type, behavior, length }: Json, fields: Fields): void {
  if (type === 'FixedLength' && !(isNumber(length) && length > 0)) {
    throw fields.fault('the "length" of its FixedLength is not a whole number ≥ 1')
  }
  if (type !== 'Split' && type !== 'Punctuation') return
  const known = ['Removed', 'Isolated', undefined, ...(type === 'Punctuation' ? ['Contiguous'] : [])]
  if (known.includes(behavior as string | undefined)) return
  const reason = `the behaviour ${shown(behavior)} of its "${type}" is not supported`
  throw fields.fault(`${reason}: give the tokens as a .npy array`)
}

const paddings = ['[PAD]', '<pad>', '<PAD>', '[pad]', '<|pad|>']

function paddingOf(
  padding: Fields | undefined,
  settings: Fields,
  { pad_token }: Json,
  numbers: ReadonlyMap<string, number>,
): number | undefined {
  const stated = padding?.number('pad_id')
  if (stated !== undefined) {
    if (isNumber(stated)) return stated
    throw (padding as Fields).fault(`"pad_id" is not a whole number from 0 to ${mostNumbers - 1}`)
  }
  const named =
    typeof pad_token === 'object' ? settings.nested('pad_token')?.text('content') : settings.text('pad_token')
  if (named !== undefined && !numbers.has(named)) throw settings.fault(`its "pad_token" ${shown(named)} has no number`)
  return [...(named === undefined ? paddings : [named])].map(name => numbers.get(name)).find(isNumber)
}

function side(fields: Fields | undefined, key: string): string | undefined {
  return fields?.text(key)?.toLowerCase()
}

function spellingOf(
  { continuing_subword_prefix, end_of_word_suffix, byte_fallback }: Json,
  type: (typeof models)[number],
  steps: readonly Json[],
  numbers: ReadonlyMap<string, number>,
): Spelling {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  const metaspace = text(steps.find(step => step.type === 'Metaspace')?.replacement) ?? '▁'
  const isByteLevel = steps.some(step => step.type === 'ByteLevel')
  const hasSpaces = !isByteLevel && ['Unigram', 'BPE'].includes(type)
  return {
    isByteLevel,
    hasByteTokens: byte_fallback === true,
    space: hasSpaces && [...numbers.keys()].some(word => word.startsWith(metaspace)) ? metaspace : undefined,
    prefix: type === 'WordPiece' ? text(continuing_subword_prefix) : undefined,
    suffix: type === 'BPE' ? text(end_of_word_suffix) : undefined,
  }
}

/** A value of the file for a terminal: short, and without what would move the cursor. */
function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 40)
}

/** The error of a tokenizer that passed every check and cannot cut all the same. */
export function tokenizerFault(file: string, reason: string, cause: unknown): DeepTaylorError {
  const said = `the tokenizer in it cannot be used: ${reason.slice(0, 200).replace(/\p{Cc}+/gu, ' ')}: export it again, or give the tokens as .npy`
  return new DeepTaylorError('config-unreadable', { file, reason: said }, cause)
}
