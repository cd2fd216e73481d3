/** Pixel flipping: how the score falls while regions are removed, method by method, drawn while it is computed. */

import { useEffect } from 'preact/hooks'
import { settings } from '../../state/settings.ts'
import { methodChoices } from '../explain/methods.ts'
import { Figures } from './flipping-figures.tsx'
import { Panels } from './flipping-panels.tsx'
import { asked, found, growing, isComputing, options, watchFlipping } from './flipping-state.ts'
import { FlippingTools } from './flipping-tools.tsx'
import { seriesOf } from './series.ts'

const titles = new Map(methodChoices.map(({ value, label }) => [value, label]))

/** The section. */
export function Flipping() {
  useEffect(watchFlipping, [])
  const { methods } = settings.value
  const ids = asked.value.map(({ id }) => id)
  const all = seriesOf(methods, ids, found.value.values(), growing.value)
  const titleOf = (method: string) => titles.get(method as (typeof methods)[number]) ?? method
  const of = asked.value.length === 1 ? asked.value[0]?.name : `${asked.value.length} inputs`
  return (
    <section class="stack" aria-labelledby="flipping-title" aria-busy={isComputing.value}>
      <h2 id="flipping-title">Pixel flipping</h2>
      <p class="small flipping-words">
        Regions are removed by their relevance, and the network is asked again. If the most relevant go first, the score
        of a good explanation falls fast; if the least relevant go first, late (Samek et al. 2017).
      </p>
      <FlippingTools all={all} titleOf={titleOf} />
      {all.length > 0 ? (
        <>
          <Panels all={all} titleOf={titleOf} score={options.value.score} />
          <Figures all={all} titleOf={titleOf} of={of ?? ''} asked={ids.length} />
        </>
      ) : (
        <p class="empty">No curves yet. They are drawn here while they are computed.</p>
      )}
    </section>
  )
}
