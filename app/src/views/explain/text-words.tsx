/** A text with every word on a ground of its relevance. */

import { Fragment } from 'preact'
import { diverging } from '../../../../src/render/colormap.ts'
import type { Word } from '../../../../src/render/words.ts'
import { signedNumber } from '../../render/numbers.ts'
import { strengthOf } from '../../render/paint.ts'

/** What is shown. */
export interface TextWordsProps {
  readonly words: readonly Word[]
  /** The |R| of the full colour. */
  readonly extent: number
  /** Called with the place of the word under the pointer or with the focus, and with undefined when there is none. */
  readonly onPoint?: (place: number | undefined) => void
  /** The place of the word that is read out. */
  readonly pointed?: number | undefined
}

/** The words. With `onPoint` one of them takes the focus, and arrow keys move it. */
export function TextWords({ words, extent, onPoint, pointed }: TextWordsProps) {
  const first = Math.min(pointed ?? 0, words.length - 1)
  const move = (event: KeyboardEvent, place: number) => {
    const to = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: words.length - 1 }[event.key]
    if (to === undefined || !words[to]) return
    event.preventDefault()
    const next = (event.currentTarget as HTMLElement).parentElement?.querySelectorAll<HTMLElement>('[data-word]')[to]
    next?.focus()
  }
  return (
    <span class="words" {...(onPoint && { onPointerLeave: () => onPoint(undefined) })}>
      {words.map((word, place) => (
        <Fragment key={place}>
          {place > 0 && !word.isJoined && ' '}
          <WordMark
            word={word}
            extent={extent}
            isOpen={words[place + 1]?.isJoined ?? false}
            isPointed={onPoint !== undefined && pointed === place}
            {...(onPoint && {
              tabIndex: place === first ? 0 : -1,
              onPoint: () => onPoint(place),
              onKeyDown: (event: KeyboardEvent) => move(event, place),
            })}
          />
        </Fragment>
      ))}
    </span>
  )
}

interface WordMarkProps {
  readonly word: Word
  readonly extent: number
  readonly isOpen: boolean
  readonly isPointed: boolean
  readonly tabIndex?: number
  readonly onPoint?: () => void
  readonly onKeyDown?: (event: KeyboardEvent) => void
}

function WordMark({ word, extent, isOpen, isPointed, tabIndex, onPoint, onKeyDown }: WordMarkProps) {
  const strength = strengthOf(word.relevance, { extent, gamma: 1 })
  const classes = ['word', ...(word.isJoined ? ['joined'] : []), ...(isOpen ? ['open'] : [])]
  if (word.isSpecial) classes.push('special')
  if (isPointed) classes.push('pointed')
  const looks = {
    class: classes.join(' '),
    style: {
      background: `rgb(${diverging(strength).join(' ')})`,
      color: Math.abs(strength) > 0.62 ? '#fff' : '#141414',
    },
  }
  if (!onPoint) return <span {...looks}>{word.word}</span>
  return (
    <span
      {...looks}
      data-word
      role="img"
      aria-label={`${word.word}: ${signedNumber(word.relevance, 4)}`}
      tabIndex={tabIndex}
      onPointerEnter={onPoint}
      onFocus={onPoint}
      onKeyDown={onKeyDown}
    >
      {word.word}
    </span>
  )
}
