/** The stage of a row of a table: a bar for every feature, and the rows to pick from. */

import { byRelevance, type Feature } from '../../../../src/render/bars.ts'
import { diverging } from '../../../../src/render/colormap.ts'
import { shortNumber, signedNumber } from '../../render/numbers.ts'
import type { Shown } from '../../state/explanation.ts'
import type { PreparedInput } from '../../state/inputs.ts'

/** The features of a row with their relevance; undefined where the input is no row. */
export function explainedRow(
  { input, tensor }: PreparedInput,
  relevance: ArrayLike<number>,
): readonly Feature[] | undefined {
  if (input.kind !== 'row') return undefined
  return input.features.map((name, i) => {
    return { name, value: tensor.data[i] as number, relevance: relevance[i] as number }
  })
}

/** More bars than this cannot be read. */
const mostBars = 40

/** The bars of what is shown, those that matter most first. */
export function TableStage({ of: { result, of } }: { readonly of: Shown }) {
  const features = explainedRow(of, result.relevance.data)
  if (!features) return null
  const { baseline, logit, target } = result.sample
  const shown = byRelevance(features).slice(0, mostBars)
  const extent = Math.max(...shown.map(({ relevance }) => Math.abs(relevance)))
  const rest = features.length - shown.length
  return (
    <div class="table-frame">
      <table class="feature-bars">
        <caption class="small">
          Features of {of.input.name} for {target.label}
          {rest > 0 && `, the ${shown.length} of ${features.length} that matter most`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Feature</th>
            <th scope="col" class="right">
              Value
            </th>
            <th scope="col">
              <span class="bar-head">
                <span>against</span> <span>for</span>
              </span>
            </th>
            <th scope="col" class="right">
              R
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ name, value, relevance }) => (
            <tr key={name}>
              <th scope="row" title={name}>
                {name}
              </th>
              <td class="right soft">{shortNumber(value)}</td>
              <td>
                <Bar relevance={relevance} extent={extent} />
              </td>
              <td class="right">{signedNumber(relevance, 4)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          {baseline !== undefined && (
            <tr>
              <th scope="row" colSpan={3}>
                Without any feature
              </th>
              <td class="right">{signedNumber(baseline, 4)}</td>
            </tr>
          )}
          <tr>
            <th scope="row" colSpan={3}>
              Logit
            </th>
            <td class="right">{signedNumber(logit, 4)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  )
}

/** One bar: against to the left, for to the right; its length is in proportion. */
export function Bar({ relevance, extent }: { readonly relevance: number; readonly extent: number }) {
  const share = extent > 0 ? Math.min(1, Math.abs(relevance) / extent) : 0
  const colour = diverging(Math.sign(relevance) * Math.sqrt(share))
  const place = relevance < 0 ? { right: '50%' } : { left: '50%' }
  return (
    <span class="bar" aria-hidden="true">
      <span style={{ ...place, width: `${share * 50}%`, background: `rgb(${colour.join(' ')})` }} />
    </span>
  )
}
