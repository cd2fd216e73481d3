/** The head of a row: the input, and what the network says of it. */

import { PaintCanvas } from '../../components/paint-canvas.tsx'
import { percent, shortNumber } from '../../render/numbers.ts'
import { type Input, input as lookedAt } from '../../state/inputs.ts'
import { type Cell, ready } from './cells.ts'
import { shortName } from './summary.ts'

/** The head. */
export function RowHead({ of, cells }: { readonly of: Input; readonly cells: readonly (Cell | undefined)[] }) {
  const thumbnail = ready.value.get(of.id)?.thumbnail
  const sample = cells.flatMap(cell => (cell && 'sample' in cell ? [cell.sample] : []))[0]
  const best = sample?.prediction[0]
  const isOther = best && sample && best.index !== sample.target.index
  return (
    <th scope="row" data-open={lookedAt.value === of}>
      <div class="row-head">
        {of.kind === 'picture' && (
          <span class="row-picture">{thumbnail && <PaintCanvas image={thumbnail} class="smooth" />}</span>
        )}
        <span class="row-words">
          <span class="row-name" title={of.name}>
            {shortName(of)}
          </span>
          {sample && (
            <span class="small">
              {sample.target.label}
              {sample.target.versus && ` rather than ${sample.target.versus.label}`}
              {best && !isOther && `, ${percent(best.score).replaceAll(' ', '\u00a0')}`}
              <br />
              logit {shortNumber(sample.logit)}
            </span>
          )}
        </span>
      </div>
    </th>
  )
}
