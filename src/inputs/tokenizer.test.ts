/** Texts as tokens by a tokenizer.json: the reference's numbers, the text's own words, and files that are broken or hostile. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openTokenizer } from './tokenizer.ts'
import type { Limits } from './tokenizer-process.ts'
import type { ReadTokens, Tokens } from './tokens.ts'

const folder = join(import.meta.dirname, '../../test/tokenizers')
const jsonOf = (kind: string, name: string) => JSON.parse(readFileSync(join(folder, kind, name), 'utf8'))

interface Expected {
  readonly text: string
  readonly ids: readonly number[]
  readonly tokens: readonly string[]
}

function open(value: unknown, config: unknown = {}, limits?: Limits): Promise<ReadTokens> {
  const files = { file: 'tokenizer.json', value, config: { file: 'tokenizer_config.json', value: config } }
  return openTokenizer(files, limits)
}

const shown = ({ tokens }: Tokens) => tokens.map(({ text, isJoined }, i) => `${isJoined || i === 0 ? '' : '|'}${text}`)

describe.each(['wordpiece', 'byte-level', 'unigram'])('%s', async kind => {
  const read = await open(jsonOf(kind, 'tokenizer.json'), jsonOf(kind, 'tokenizer_config.json'))

  it.each(jsonOf(kind, 'expected.json') as Expected[])('$text has the tokens of the reference', async expected => {
    // A text without words is none here; the reference makes special tokens of it.
    if (expected.text === '') {
      await expect(read('', undefined, 't.txt')).rejects.toThrow('t.txt: it holds no words')
      return
    }
    const { tokens, tensor, left } = await read(expected.text, undefined, 't.txt')
    expect(tokens.map(({ id }) => id)).toEqual(expected.ids)
    expect(tokens.map(({ token }) => token)).toEqual(expected.tokens)
    expect(tensor.dims).toEqual([1, expected.ids.length])
    expect(left).toBe(0)
  })
})

describe('what is shown', () => {
  it('of WordPiece: the words of the text, with their capitals, accents and spaces', async () => {
    const read = await open(jsonOf('wordpiece', 'tokenizer.json'))
    const text = await read("The naïve hero (isn't) 映画.", undefined, 't')
    expect(shown(text).join('')).toBe("[CLS]|The|naïve|hero|(isn't)|[UNK]|[UNK].|[SEP]")
    expect(text.tokens.filter(({ isSpecial }) => isSpecial).map(({ text }) => text)).toEqual([
      '[CLS]',
      '[UNK]',
      '[UNK]',
      '[SEP]',
    ])
  })

  it('of bytes: characters, at the token that they begin in', async () => {
    const read = await open(jsonOf('byte-level', 'tokenizer.json'))
    const text = await read('A naïve\n\thero 😀', undefined, 't')
    expect(shown(text).join('')).toBe('<s>|A|naï·ve⏎⇥hero|␣😀···|</s>')
  })

  it('of Unigram: words without the mark of their space', async () => {
    const read = await open(jsonOf('unigram', 'tokenizer.json'))
    const text = await read('unwatchable, 映画', undefined, 't')
    expect(shown(text).join('')).toBe('unwatchable,|␣映画|</s>')
    expect(text.tokens.map(({ isSpecial }) => isSpecial).lastIndexOf(true)).toBe(text.tokens.length - 1)
  })

  it('of byte tokens and marked ends of words', async () => {
    const bpe = (vocab: readonly string[], rest: object) => ({
      model: { type: 'BPE', vocab: Object.fromEntries(vocab.map((word, i) => [word, i])), merges: [], ...rest },
    })
    const fallback = await open(bpe(['▁', 'a', '<0xC3>', '<0xA9>'], { byte_fallback: true }))
    expect(shown(await fallback('▁aéa', undefined, 't')).join('')).toBe('␣aé·a')
    const ends = await open({
      ...bpe(['a', 'b</w>', 'b', 'a</w>'], { end_of_word_suffix: '</w>' }),
      pre_tokenizer: { type: 'Whitespace' },
    })
    expect(shown(await ends('ab aba', undefined, 't')).join('')).toBe('ab|aba')
  })

  it('without control characters: a terminal obeys them', async () => {
    const model = { type: 'WordLevel', vocab: { 'a\u001b[31m': 0, b: 1 }, unk_token: 'b' }
    const text = await (await open({ model }))('a\u001b[31m', undefined, 't')
    expect(text.tokens[0]).toMatchObject({ token: 'a\u001b[31m', text: 'a␛[31m' })
    const turned = await (await open({ model: { ...model, vocab: { 'a\u202eb': 0, b: 1 } } }))(
      'a\u202eb',
      undefined,
      't',
    )
    expect(turned.tokens[0]?.text).toBe('a�b')
  })
})

describe('places', async () => {
  const wordpiece = jsonOf('wordpiece', 'tokenizer.json')
  const read = await open(wordpiece)

  it('that are left hold padding, under a mask', async () => {
    const { tensor, companions, start } = await read('the film', 8, 't')
    expect([...tensor.data]).toEqual([2, 96, 25, 59, 51, 52, 3, 0])
    expect([...companions.mask.data]).toEqual([1, 1, 1, 1, 1, 1, 1, 0])
    expect(start).toBe(0)
    expect(companions).not.toHaveProperty('position')
  })

  it('before the tokens, where the file says so', async () => {
    const left = await open({ ...wordpiece, padding: { direction: 'Left', pad_id: 4 } })
    const { tensor, companions, start } = await left('the film', 8, 't')
    expect([...tensor.data]).toEqual([4, 2, 96, 25, 59, 51, 52, 3])
    expect([...companions.mask.data]).toEqual([0, 1, 1, 1, 1, 1, 1, 1])
    expect([...(companions.position?.data ?? [])]).toEqual([0, 0, 1, 2, 3, 4, 5, 6])
    expect(start).toBe(1)
  })

  it('are whole', async () => {
    const { tokens, left } = await (await open({ ...wordpiece, truncation: { max_length: 4.5 } }))(
      'the the the',
      undefined,
      't',
    )
    expect([tokens.length, left]).toEqual([4, 1])
  })

  it('that are missing leave out the end of the text, and keep what closes it', async () => {
    const text = await read('the film was superb', 5, 't')
    expect([...text.tensor.data]).toEqual([2, 96, 25, 59, 3])
    expect(text.warnings).toEqual(['t: the model has 5 places for tokens, and the last 4 of the text are left out'])
    const short = await open(wordpiece, { model_max_length: 4, truncation_side: 'left' })
    const cut = await short('the film was superb', undefined, 't')
    expect([...cut.tensor.data]).toEqual([2, 114, 147, 3])
    expect(cut.warnings).toEqual([
      't: the tokenizer allows 4 places for tokens, and the first 5 of the text are left out',
    ])
    await expect(read('the film', 2, 't')).rejects.toThrow(
      't: the tokenizer adds 2 tokens to a text, and there are 2 places',
    )
  })

  it('cannot be filled where no padding is named', async () => {
    const { added_tokens, ...rest } = wordpiece
    const { '[PAD]': _, ...vocab } = rest.model.vocab
    const bare = { ...rest, added_tokens: added_tokens.slice(1), model: { ...rest.model, vocab } }
    await expect((await open(bare))('the film', 8, 't')).rejects.toThrow(/no padding is named: add a "pad_token"/)
    const named = await open(bare, { pad_token: { content: '[SEP]' } })
    expect([...(await named('the film', 8, 't')).tensor.data].at(-1)).toBe(3)
    await expect(open(bare, { pad_token: '[PAD]' })).rejects.toThrow(
      /tokenizer_config.json: its "pad_token" "\[PAD\]" has no/,
    )
  })

  it('say which text a token belongs to, where the file does', async () => {
    const single = [{ SpecialToken: { id: '[CLS]', type_id: 2 } }, { Sequence: { id: 'A', type_id: 0 } }]
    const typed = await open({ ...wordpiece, post_processor: { ...wordpiece.post_processor, single } })
    const { companions } = await typed('the film', 7, 't')
    expect([...(companions.type?.data ?? [])]).toEqual([2, 0, 0, 0, 0, 0, 0])
  })
})

describe('what the library reads otherwise than the reference', () => {
  const words = (pre_tokenizer: object, ...vocab: readonly string[]) => ({
    model: {
      type: 'WordLevel',
      unk_token: '?',
      vocab: Object.fromEntries(['?', ...vocab].map((word, i) => [word, i])),
    },
    pre_tokenizer,
  })
  const idsOf = async (value: object, text: string) =>
    (await (await open(value))(text, undefined, 't')).tokens.map(({ id }) => id)

  it.each([
    // The library's pattern knows only ASCII's letters: it would cut "caf" and "é".
    ['Whitespace knows letters of every script', { type: 'Whitespace' }, ['café', '!?'], 'café !?', [1, 2]],
    // The library's keeps signs together, whatever the behaviour.
    ['Punctuation isolates signs', { type: 'Punctuation' }, ['a', '!', '?'], 'a!?', [1, 2, 3]],
    ['Punctuation removes them', { type: 'Punctuation', behavior: 'Removed' }, ['a', 'b'], 'a!?b', [1, 2]],
    ['Punctuation keeps them together', { type: 'Punctuation', behavior: 'Contiguous' }, ['a', '!?'], 'a!?', [1, 2]],
    ['Digits knows digits of every script', { type: 'Digits' }, ['a', '１２', 'b'], 'a１２b', [1, 2, 3]],
    // Rust's \\w has joiners in it, and JavaScript's has not.
    ['Whitespace joins', { type: 'Whitespace' }, ['a\u200d'], 'a\u200d', [1]],
    // The library's drops what does not match.
    [
      'an inverted Split keeps both parts',
      {
        type: 'Sequence',
        pretokenizers: [{ type: 'Split', pattern: { Regex: '\\d+' }, behavior: 'Isolated', invert: true }],
      },
      ['a', '12'],
      'a12a',
      [1, 2, 1],
    ],
  ])('%s', async (_, step, vocab, text, ids) => {
    expect(await idsOf(words(step, ...vocab), text)).toEqual(ids)
  })

  it('Chinese characters of two UTF-16 units are words', async () => {
    const wordpiece = jsonOf('wordpiece', 'tokenizer.json')
    const vocab = { '[UNK]': 0, 𠀀: 1, 𠀁: 2 }
    const value = { ...wordpiece, model: { ...wordpiece.model, vocab }, added_tokens: [], post_processor: null }
    expect(await idsOf(value, '𠀀𠀁')).toEqual([1, 2])
  })

  it('a replacement is what it says', async () => {
    const normalizer = { type: 'Replace', pattern: { String: 'a' }, content: '$&' }
    expect(await idsOf({ ...words({ type: 'WhitespaceSplit' }, '$&'), normalizer }, 'a')).toEqual([1])
  })

  it('the word that stands for unknown ones is that of the file', async () => {
    expect(await idsOf(words({ type: 'WhitespaceSplit' }, 'a'), 'a b')).toEqual([1, 0])
  })
})

describe('a broken or hostile file is refused', () => {
  const model = { type: 'WordPiece', unk_token: '?', continuing_subword_prefix: '##', vocab: { '?': 0, a: 1 } }
  const split = (Regex: string, behavior = 'Isolated') => ({
    type: 'Split',
    pattern: { Regex },
    behavior,
    invert: false,
  })
  // Another process starts within it, on a busy machine too.
  const limits = { milliseconds: 5000, megabytes: 64 }

  it.each<[unknown, RegExp]>([
    [[], /it is not a JSON object/],
    [{}, /no "model" is in it/],
    [{ model: 7 }, /"model": it is not a JSON object/],
    [{ model: { ...model, type: 'Magic' } }, /"type" is "Magic"; there are WordPiece, BPE, Unigram, WordLevel/],
    [{ model: { ...model, vocab: ['a'] } }, /"vocab" is not an object/],
    [{ model: { ...model, vocab: { a: -1 } } }, /"vocab" gives "a" no whole number/],
    [{ model: { ...model, vocab: { 'a\u001b': 'x' } } }, /"vocab" gives "a\\u001b" no whole number/],
    [{ model: { ...model, vocab: { a: 2 ** 24 } } }, /"vocab" gives "a" no whole number below 16777216/],
    [{ model: { ...model, vocab: {} } }, /"vocab" holds no words/],
    [{ model: { type: 'Unigram', vocab: [['a']] } }, /"vocab" is not a list of words with scores/],
    [{ model: { type: 'Unigram', vocab: [['a', 0]], unk_id: 3 } }, /"unk_id" is the number of no word/],
    [{ model: { type: 'BPE', vocab: { a: 0 } } }, /"merges" is not a list of pairs/],
    [{ model: { type: 'BPE', vocab: { a: 0 }, merges: [7] } }, /"merges" is not a list of pairs/],
    [{ model, added_tokens: 7 }, /"added_tokens" is not a list/],
    [{ model, added_tokens: [{ id: 'x' }] }, /"added_tokens" 1: "id" is not a number/],
    [{ model, added_tokens: [{ id: 1, content: 'a', single_word: true }] }, /"a" counts only as a single word/],
    [{ model, padding: { pad_id: 0.5 } }, /"pad_id" is not a whole number/],
    [{ model, normalizer: 'NFC' }, /a step of it is not a JSON object/],
    [{ model, normalizer: { type: 'Magic' } }, /cannot be used: Unknown Normalizer type: Magic: export it again/],
    [{ model, pre_tokenizer: { type: 'Sequence', pretokenizers: 7 } }, /its step "Sequence" holds no list/],
    [{ model, pre_tokenizer: { type: 'FixedLength', length: 0 } }, /"length" of its FixedLength is not/],
    [{ model, pre_tokenizer: split('a', 'MergedWithNext') }, /the behaviour "MergedWithNext" of its "Split"/],
    [{ model, pre_tokenizer: split('(a') }, /cannot be used: Invalid regular expression/],
    [{ model, pre_tokenizer: { type: 'Split', pattern: {}, behavior: 'Isolated' } }, /Unknown pattern type/],
  ])('%j', async (value, words) => {
    const error = await open(value).then(
      () => undefined,
      (fault: Error) => fault,
    )
    expect(error?.message).toMatch(words)
    expect(error?.message).toMatch(/^tokenizer.json/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach a terminal
    expect(error?.message).not.toMatch(/[\u0000-\u001f]/)
    expect(error).toMatchObject({ code: 'config-unreadable' })
  })

  it.each([100, 20_000])('when it is nested %d levels deep', async depth => {
    const deep = (key: string, list: string, type: string) =>
      `"${key}": ${`{"type":"Sequence","${list}":[`.repeat(depth)}{"type":"${type}"}${']}'.repeat(depth)}`
    for (const part of [
      deep('normalizer', 'normalizers', 'NFC'),
      deep('pre_tokenizer', 'pretokenizers', 'Whitespace'),
      deep('post_processor', 'processors', 'ByteLevel'),
    ]) {
      const value = JSON.parse(`{ "model": ${JSON.stringify(model)}, ${part} }`)
      await expect(open(value)).rejects.toThrow(/^tokenizer.json: its parts are nested more than 64 levels deep$/)
    }
  })

  it('when its tokens are no texts', async () => {
    const single = [{ SpecialToken: { id: { x: 1 }, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }]
    const read = await open({ model, post_processor: { type: 'TemplateProcessing', single } })
    await expect(read('a', undefined, 't')).rejects.toThrow(/tokenizer.json: .*some of its tokens are no texts/)
    const numbered = await open({ model: { ...model, unk_token: 3 } })
    await expect(numbered('b', undefined, 't')).rejects.toThrow(/tokenizer.json: .*some of its tokens are no texts/)
  })

  it('when a pattern would run for ever, and the next text is read again', async () => {
    const read = await open({ model, pre_tokenizer: split('^(b+)+$') }, {}, limits)
    const slow = read(`${'b'.repeat(60)}c`, undefined, 't')
    const next = read('a', undefined, 't')
    await expect(slow).rejects.toThrow(/tokenizer.json: .* longer than 5 s, perhaps for a catastrophic pattern/)
    expect((await next).tokens.map(({ id }) => id)).toEqual([1])
  })

  it('when a step would fill the memory', async () => {
    const grow = { type: 'Replace', pattern: { String: 'a' }, content: 'aa '.repeat(100) }
    const normalizer = { type: 'Sequence', normalizers: Array.from({ length: 3 }, () => grow) }
    const read = await open(
      { model, normalizer, pre_tokenizer: { type: 'WhitespaceSplit' } },
      {},
      { ...limits, milliseconds: 50_000 },
    )
    await expect(read('a', undefined, 't')).rejects.toThrow(
      /tokenizer.json: .* ended its process, perhaps for more than 64 MB of memory/,
    )
  })

  it('when a word has no number', async () => {
    const { unk_token: _, ...rest } = model
    const read = await open({ model: { ...rest, vocab: { a: 0 } } })
    await expect(read('b', undefined, 't')).rejects.toThrow(/the tokenizer has no number for/)
  })

  it('but words that are named like properties of objects are words', async () => {
    const text = '{ "__proto__": 1, "constructor": 2, "toString": 3, "?": 0 }'
    const vocab = JSON.parse(text)
    const read = await open({
      model: { type: 'WordLevel', unk_token: '?', vocab },
      pre_tokenizer: { type: 'WhitespaceSplit' },
    })
    const { tokens } = await read('__proto__ constructor toString valueOf', undefined, 't')
    expect(tokens.map(({ id }) => id)).toEqual([1, 2, 3, 0])
    const polluting = JSON.parse(`{ "__proto__": { "type": "x" }, "model": ${JSON.stringify(model)} }`)
    await open(polluting)
    expect(({} as { type?: string }).type).toBeUndefined()
  })
})
