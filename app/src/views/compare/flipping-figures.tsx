/** What the curves come to, in numbers: the best of each column stands out. */

import { shortNumber } from '../../render/numbers.ts'
import type { Series, Figures as Values } from './series.ts'

/** What the table is about. */
export interface FiguresProps {
  readonly all: readonly Series[]
  readonly titleOf: (method: string) => string
  /** The input, or how many. */
  readonly of: string
  readonly asked: number
}

const columns: readonly { readonly key: keyof Values; readonly title: string; readonly better: 'higher' | 'lower' }[] =
  [
    { key: 'most', title: 'AOPC, most relevant first', better: 'higher' },
    { key: 'least', title: 'AOPC, least relevant first', better: 'lower' },
    { key: 'between', title: 'Area between the curves', better: 'higher' },
  ]

/** The table. */
export function Figures({ all, titleOf, of, asked }: FiguresProps) {
  const done = all.filter(series => series.figures !== undefined)
  if (done.length === 0) return null
  const best = columns.map(({ key, better }) => {
    const values = done.map(({ figures }) => figures?.[key] as number)
    return better === 'higher' ? Math.max(...values) : Math.min(...values)
  })
  return (
    <div class="grid-scroll">
      <table class="figures">
        <caption>Over {of}, in units of the score</caption>
        <thead>
          <tr>
            <th scope="col">Method</th>
            {columns.map(({ key, title, better }) => (
              <th key={key} scope="col">
                {title}
                <br />
                <small>{better} is better</small>
              </th>
            ))}
            {asked > 1 && <th scope="col">Inputs</th>}
          </tr>
        </thead>
        <tbody>
          {done.map(({ method, figures, count }) => (
            <tr key={method}>
              <th scope="row">{titleOf(method)}</th>
              {columns.map(({ key }, i) => (
                <td key={key} class={done.length > 1 && figures?.[key] === best[i] ? 'best' : ''}>
                  {shortNumber(figures?.[key] ?? Number.NaN)}
                </td>
              ))}
              {asked > 1 && (
                <td>
                  {count} of {asked}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
