/** Whether the heatmap adds up to what it explains, in numbers and in words. */

import { percent, shortNumber } from '../../render/numbers.ts'
import { isBefore, isStale, shown } from '../../state/explanation.ts'

/** The lines. */
export function Conservation() {
  const { result } = shown.value ?? {}
  if (!result) return null
  const { sample, milliseconds } = result
  const { target, logit, relevanceSum, conservationError, warnings, baseline } = sample
  return (
    <div class="conservation" role="status" aria-busy={isStale.value}>
      <p>
        <strong>{target.label}</strong>
        {target.versus && <> rather than {target.versus.label}</>}: logit{' '}
        <span class="number">{shortNumber(logit, 5)}</span>, ΣR{' '}
        <span class="number">{shortNumber(relevanceSum, 5)}</span>
        {baseline !== undefined && (
          <>
            , baseline <span class="number">{shortNumber(baseline, 5)}</span>
          </>
        )}
        . {verdict(conservationError)} <span class="small">{milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms</span>
      </p>
      {isBefore.value && <p class="warning">This is the explanation from before the last change, which failed.</p>}
      {warnings.map(({ code, message }) => (
        <p key={code} class="warning">
          {message.charAt(0).toUpperCase() + message.slice(1)}.
        </p>
      ))}
    </div>
  )
}

const exact = 1e-3

function verdict(error: number | null): string {
  if (error === null) return 'This method’s values sum to nothing in particular.'
  if (error <= exact)
    return `They agree: all of the logit is accounted for (error ${error === 0 ? '0' : error.toExponential(0).replace('-', '−')}).`
  return `They differ by ${percent(error)}.`
}
