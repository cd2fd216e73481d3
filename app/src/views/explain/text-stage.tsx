/** The stage of a text: its words in colour, the one that is pointed at in numbers, and a place to write another. */

import { useId, useState } from 'preact/hooks'
import { shortNumber, signedNumber } from '../../render/numbers.ts'
import type { Shown } from '../../state/explanation.ts'
import { addInputs, input } from '../../state/inputs.ts'
import { model, tokenSource } from '../../state/model.ts'
import { typedText } from '../../state/texts-and-tables.ts'
import { explainedText } from './relevance-words.ts'
import { TextWords } from './text-words.tsx'

/** The words of what is shown. */
export function TextStage({ of: { result, of } }: { readonly of: Shown }) {
  const [pointed, point] = useState<number>()
  const text = explainedText(of, result.relevance.data)
  if (!text) return null
  const { words, padding, extent } = text
  const word = pointed === undefined ? undefined : words[pointed]
  const isPadded = of.tensor.data.length > words.length
  return (
    <div class="stack">
      <figure class="text-frame" aria-label={`Words of ${of.input.name} for ${result.sample.target.label}`}>
        <TextWords words={words} extent={extent} pointed={pointed} onPoint={point} />
      </figure>
      <p class="readout small" role="status">
        {word
          ? `${word.word}   R ${signedNumber(word.relevance, 4)}   ${share(word.relevance, result.sample.relevanceSum)}`
          : `Point at a word, or move with the arrow keys. Full colour is |R| = ${shortNumber(extent, 3)}.`}
        {!word && isPadded && ` Padding, which is not shown, has ${signedNumber(padding, 3)}.`}
      </p>
      {of.text?.warnings.map(warning => (
        <p key={warning} class="small">
          {warning}.
        </p>
      ))}
    </div>
  )
}

function share(relevance: number, sum: number): string {
  return sum === 0 ? '' : `${((100 * relevance) / sum).toFixed(1)} % of ΣR`.replace('-', '−')
}

/** Where a text is written; of a model that reads texts. */
export function TextField() {
  const id = useId()
  const now = input.value
  const [draft, setDraft] = useState<{ readonly of: string | undefined; readonly text: string }>()
  const text = draft && draft.of === now?.id ? draft.text : now?.kind === 'text' ? now.text : ''
  const canExplain = text.trim() !== '' && tokenSource.value !== undefined
  const explain = () => {
    if (canExplain) addInputs([typedText(text.trim())])
  }
  return (
    <form
      class="text-field"
      onSubmit={event => {
        event.preventDefault()
        explain()
      }}
    >
      <div class="field">
        <label for={id}>Text</label>
        <textarea
          id={id}
          rows={4}
          value={text}
          onInput={event => setDraft({ of: now?.id, text: event.currentTarget.value })}
          onKeyDown={event => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
            event.preventDefault()
            explain()
          }}
        />
      </div>
      <div class="row spread">
        <p class="small">{wordsAbout()}</p>
        <button type="submit" class="primary" disabled={!canExplain}>
          Explain text
        </button>
      </div>
    </form>
  )
}

function wordsAbout(): string {
  const source = tokenSource.value
  if (!source)
    return `Drop the vocab.txt or tokenizer.json of ${model.value?.facts.name}: it gives words their numbers.`
  return `Words by ${source.file}. Ctrl+Enter explains.`
}
