/** Texts as tokens: by a plain vocabulary, or by a tokenizer.json, whose library is loaded when the first one comes. */

import { DeepTaylorError, reasonOf } from '../../../../src/core/diagnostics.ts'
import { tokenReader } from '../../../../src/inputs/token-reader.ts'
import { parseTokenizer, tokenizerFault } from '../../../../src/inputs/tokenizer-file.ts'
import type { ReadTokens } from '../../../../src/inputs/tokens.ts'
import { parseVocabulary, wordsOf } from '../../../../src/inputs/words.ts'
import { parseJson } from '../../../../src/web.ts'
import type { Handler } from '../context.ts'
import type { TokenSource } from '../protocol.ts'

/** No model has places for as many; a tokenizer would take minutes. */
const longestText = 1_000_000

/** Cuts a text. A tokenizer's patterns may run for ever: whoever cancels ends this worker, and another takes its place. */
export const tokens: Handler<'tokens'> = async ({ name, text, source, places }, { progress }) => {
  if (text.length > longestText) {
    const reason = `it has more than ${longestText} characters: split it`
    throw new DeepTaylorError('input-invalid', { input: name, reason })
  }
  progress({ words: `Reading ${name}` })
  return (await readerFor(source))(text, places, name)
}

/** The last reader: a vocabulary is changed less often than texts are. */
let last: { readonly key: string; readonly reader: Promise<ReadTokens> } | undefined

function readerFor(source: TokenSource): Promise<ReadTokens> {
  const key = JSON.stringify(source)
  if (last?.key === key) return last.reader
  const reader = open(source)
  last = { key, reader }
  reader.catch(() => {
    last = undefined
  })
  return reader
}

async function open({ kind, file, text, config }: TokenSource): Promise<ReadTokens> {
  if (kind === 'vocabulary') {
    const vocabulary = parseVocabulary(text, file)
    return async (given, places, name) => wordsOf(given, vocabulary, places, name)
  }
  const beside = config ?? { file: 'tokenizer_config.json', text: '{}' }
  const facts = parseTokenizer(parseJson(text, file), file, parseJson(beside.text, beside.file), beside.file)
  const { Tokenizer } = await import('@huggingface/tokenizers')
  try {
    const tokenizer = strictly(() => new Tokenizer(JSON.parse(facts.json), JSON.parse(facts.config)))
    return tokenReader(facts, file, async given =>
      strictly(() => ({
        content: tokenizer.encode(given, { add_special_tokens: false }),
        whole: tokenizer.encode(given, { return_token_type_ids: true }),
      })),
    )
  } catch (error) {
    throw tokenizerFault(file, reasonOf(error), error)
  }
}

/** What the library only warns of is a fault here, as it is on the command line. */
function strictly<T>(work: () => T): T {
  const { warn } = console
  console.warn = (...words: readonly unknown[]) => {
    throw new Error(words.map(word => (typeof word === 'string' ? word : JSON.stringify(word))).join(' '))
  }
  try {
    return work()
  } finally {
    console.warn = warn
  }
}
