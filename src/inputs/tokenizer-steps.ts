/**
 * Steps of a tokenizer as the reference (the `tokenizers` crate) takes them, where `@huggingface/tokenizers` 0.2.0 does
 * otherwise: they are handed to it as steps that both take alike.
 */

type Json = Readonly<Record<string, unknown>>

const asciiSigns = '\\x21-\\x2F\\x3A-\\x40\\x5B-\\x60\\x7B-\\x7E'

/** Letters of words as Rust's `\w` has them, joiners among them. */
const wordSigns = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200C\\u200D'

/** Chinese characters beyond the first 65,536 signs. */
const farChinese =
  '[\\x{20000}-\\x{2A6DF}\\x{2A700}-\\x{2B73F}\\x{2B740}-\\x{2B81F}\\x{2B920}-\\x{2CEAF}\\x{2F800}-\\x{2FA1F}]'

/**
 * Splits. The library's `Whitespace` knows only ASCII's letters and its `Digits` only ASCII's digits, its `Punctuation` keeps
 * signs together, and an inverted `Split` drops what lies between.
 */
export function splitsAsReference(step: unknown): unknown {
  if (typeof step !== 'object' || step === null) return step
  const { type, behavior, invert, pretokenizers, individual_digits } = step as Json
  const split = (Regex: string, rest: object) => ({ type: 'Split', pattern: { Regex }, invert: false, ...rest })
  switch (type) {
    case 'Sequence':
      return Array.isArray(pretokenizers) ? { ...step, pretokenizers: pretokenizers.map(splitsAsReference) } : step
    case 'Whitespace':
      return split(`[${wordSigns}]+|[^${wordSigns}\\s]+`, { behavior: 'Removed', invert: true })
    case 'Digits':
      return split(individual_digits === true ? '\\p{N}' : '\\p{N}+', { behavior: 'Isolated' })
    case 'Punctuation':
      return behavior === 'Contiguous' ? step : split(`[\\p{P}${asciiSigns}]`, { behavior: behavior ?? 'Isolated' })
    case 'Split':
      // Both parts stay, whichever is called the match.
      return invert === true && behavior === 'Isolated' ? { ...step, invert: false } : step
    default:
      return step
  }
}

/**
 * Normalizers. The library's `BertNormalizer` sets no spaces around Chinese characters that take two UTF-16 units, and its
 * `Replace` reads `$` as JavaScript does.
 */
export function normalizerAsReference(step: unknown): unknown {
  if (typeof step !== 'object' || step === null) return step
  const { type, normalizers, content, handle_chinese_chars } = step as Json
  switch (type) {
    case 'Sequence':
      return Array.isArray(normalizers) ? { ...step, normalizers: normalizers.map(normalizerAsReference) } : step
    case 'Replace':
      return typeof content === 'string' ? { ...step, content: content.replaceAll('$', '$$$$') } : step
    case 'BertNormalizer': {
      const spaced = { type: 'Replace', pattern: { Regex: farChinese }, content: ' $& ' }
      return handle_chinese_chars === true ? { type: 'Sequence', normalizers: [spaced, step] } : step
    }
    default:
      return step
  }
}
