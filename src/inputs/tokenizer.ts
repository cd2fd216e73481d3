/** Texts as tokens, by a `tokenizer.json` of Hugging Face: WordPiece, BPE, Unigram and whole words. */

import { reasonOf } from '../core/diagnostics.ts'
import { tokenReader } from './token-reader.ts'
import { parseTokenizer, tokenizerFault } from './tokenizer-file.ts'
import { type Limits, TokenizerProcess } from './tokenizer-process.ts'
import type { ReadTokens } from './tokens.ts'

/** A tokenizer's parsed files, with their names. */
export interface TokenizerFiles {
  readonly file: string
  readonly value: unknown
  /** `tokenizer_config.json`; an empty object where there is none. */
  readonly config: { readonly file: string; readonly value: unknown }
}

/**
 * A tokenizer, built: what is wrong with its file is said before any text comes.
 *
 * @throws DeepTaylorError `config-unreadable`
 */
export async function openTokenizer({ file, value, config }: TokenizerFiles, limits?: Limits): Promise<ReadTokens> {
  const facts = parseTokenizer(value, file, config.value, config.file)
  const child = new TokenizerProcess(facts.json, facts.config, limits)
  await child.open().catch(error => {
    throw tokenizerFault(file, reasonOf(error), error)
  })
  return tokenReader(facts, file, text => child.encode(text))
}
