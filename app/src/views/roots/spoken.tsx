/** What a screen reader is told when a root comes, goes, or crosses the border of the domain; not with every pixel. */

import { useEffect, useState } from 'preact/hooks'
import { drawn } from './answer.ts'
import { headOf, verdictOf } from './verdict.ts'
import { ruleWords } from './words.ts'

/** Milliseconds of rest before it speaks. */
const rest = 500

/** The live region. */
export function Spoken() {
  const [words, say] = useState('')
  const { scene, result } = drawn.value
  const now = result ? summary(scene, result) : ''
  useEffect(() => {
    const timer = setTimeout(() => say(now), rest)
    return () => clearTimeout(timer)
  }, [now])
  return (
    <p class="hidden" role="status" aria-label="Roots">
      {words}
    </p>
  )
}

/** Only what changes seldom: no coordinates. */
function summary(scene: typeof drawn.value.scene, result: NonNullable<typeof drawn.value.result>): string {
  if (!(result.facts['w-square'].preactivation > 0)) return 'The neuron is off.'
  return ruleWords
    .flatMap(({ id, name }) => {
      const verdict = verdictOf(id, scene, result.facts[id])
      return verdict.kind === 'unsuited' ? [] : [`${name}: ${headOf(verdict, scene)}.`]
    })
    .join(' ')
}
