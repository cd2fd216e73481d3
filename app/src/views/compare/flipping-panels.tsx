/** A panel per method, all on one scale; drawn again as curves grow. */

import { signal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { report } from '../../state/activity.ts'
import type { Series } from './series.ts'

type Plot = typeof import('./flipping-plot.ts')

/** The library of charts, once it has come. */
const plot = signal<Plot | undefined>(undefined)

/** What the panels show. */
export interface PanelsProps {
  readonly all: readonly Series[]
  readonly titleOf: (method: string) => string
  readonly score: string
}

/** The panels. */
export function Panels({ all, titleOf, score }: PanelsProps) {
  useEffect(() => {
    import('./flipping-plot.ts').then(loaded => {
      plot.value = loaded
    }, report)
  }, [])
  const { value } = plot
  return (
    <ul class="panels">
      {all.map(series => (
        <li key={series.method} class="panel">
          {value && <Panel plot={value} series={series} all={all} title={titleOf(series.method)} score={score} />}
        </li>
      ))}
    </ul>
  )
}

interface PanelProps {
  readonly plot: Plot
  readonly series: Series
  readonly all: readonly Series[]
  readonly title: string
  readonly score: string
}

function Panel({ plot: { drawPanel, domainOf, pageLook }, series, all, title, score }: PanelProps) {
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const others = all.filter(other => other !== series)
    place.current?.replaceChildren(drawPanel({ title, series, others, domain: domainOf(all), score, look: pageLook }))
  })
  return <div ref={place} />
}
