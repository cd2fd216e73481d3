/** What the network predicts, and whether the explanation adds up. */

import { shown } from '../../state/explanation.ts'

/** The findings. */
export function Findings() {
  const { result } = shown.value ?? {}
  if (!result) return null
  const { prediction, logit, relevanceSum } = result.sample
  return (
    <section aria-label="Findings">
      <ol>
        {prediction.map(({ index, label, score }) => (
          <li key={index}>
            {label} {score.toFixed(3)}
          </li>
        ))}
      </ol>
      <p>
        logit {logit.toFixed(4)}, ΣR {relevanceSum.toFixed(4)}
      </p>
    </section>
  )
}
