/** Inputs that come along with tokens in networks of BERT's kind, recognised by their names. Relevance goes to none of them. */

/**
 * What a further input says of every place: `mask`, 1 where a token stands and 0 where only padding does; `type`, which of
 * two texts it belongs to; `position`, its number among the tokens.
 */
export type Companion = 'mask' | 'type' | 'position'

/** The names that exporters give them, those of the first BERT among them. */
const names: ReadonlyMap<string, Companion> = new Map([
  ['attention_mask', 'mask'],
  ['input_mask', 'mask'],
  ['token_type_ids', 'type'],
  ['segment_ids', 'type'],
  ['position_ids', 'position'],
])

/** What a graph's input of a name says of tokens; undefined where the name is none that is known. */
export function companionOf(name: string): Companion | undefined {
  return names.get(name)
}
