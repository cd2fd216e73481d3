/** Texts as tokens with numbers, on the places of a model: what a vocabulary and a tokenizer both make of them. */

import type { FloatTensor } from '../runtime/session.ts'

/** A part of a text that the model has a number for. */
export interface Token {
  readonly id: number
  /** As the vocabulary spells it: `##ing`, `Ġword`, `▁word`. */
  readonly token: string
  /** As the text has it; without the space before it, and with signs in place of what cannot be seen. */
  readonly text: string
  /** Nothing lies between it and the token before it. */
  readonly isJoined: boolean
  /** It stands for no letters: `[CLS]`, `</s>`, `[UNK]`. */
  readonly isSpecial: boolean
}

/** What a network of BERT's kind reads besides tokens; each 1 × places. */
export interface TokenCompanions {
  /** 1 where a token stands, 0 where only padding does. */
  readonly mask: FloatTensor
  /** Which text a token belongs to; only where that is not 0 everywhere. */
  readonly type?: FloatTensor
  /** The number of a token among the tokens; only where that is not its place. */
  readonly position?: FloatTensor
}

/** A text, read. */
export interface Tokens {
  /** Numbers, 1 × places. */
  readonly tensor: FloatTensor
  readonly companions: TokenCompanions
  /** The tokens of the text, in order; those that the model has no place for are not among them. */
  readonly tokens: readonly Token[]
  /** The place of the first; all places that are not theirs hold padding. */
  readonly start: number
  /** How many tokens the model had no place for. */
  readonly left: number
  /** What its reader must know. */
  readonly warnings: readonly string[]
}

/**
 * What cuts texts into tokens.
 *
 * @throws DeepTaylorError `input-invalid` for a text without words, or with parts that have no number
 */
export type ReadTokens = (text: string, places: number | undefined, name: string) => Promise<Tokens>

/** How tokens are laid out on places. */
export interface Layout {
  /** How many the model has; undefined where it takes any. */
  readonly places: number | undefined
  /** What stands where no token does. */
  readonly padding: number
  /** Padding stands before the tokens, not after them. */
  readonly isPaddedLeft?: boolean
  /** Which text each token belongs to. Default: the first. */
  readonly types?: readonly number[]
}

/** Tokens on their places, with what comes along with them. */
export function laidOut(
  tokens: readonly Token[],
  { places = tokens.length, padding, isPaddedLeft = false, types = [] }: Layout,
): Pick<Tokens, 'tensor' | 'companions' | 'tokens' | 'start'> {
  const start = isPaddedLeft ? places - tokens.length : 0
  const at = (values: readonly number[], elsewhere: number): FloatTensor => {
    const data = new Float32Array(places).fill(elsewhere)
    data.set(values, start)
    return { dims: [1, places], data }
  }
  const all = (value: (i: number) => number) => tokens.map((_, i) => value(i))
  return {
    tensor: at(
      tokens.map(({ id }) => id),
      padding,
    ),
    companions: {
      mask: at(
        all(() => 1),
        0,
      ),
      ...(types.some(type => type !== 0) && { type: at(types, 0) }),
      ...(start > 0 && {
        position: at(
          all(i => i),
          0,
        ),
      }),
    },
    tokens,
    start,
  }
}
