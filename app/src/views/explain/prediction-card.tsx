/** What the network predicts. A click on a class explains it; another one may be held against it. */

import { ClassField } from '../../components/class-field.tsx'
import { percent } from '../../render/numbers.ts'
import { shown } from '../../state/explanation.ts'
import { change, settings } from '../../state/settings.ts'

/** The card. */
export function PredictionCard() {
  const { result } = shown.value ?? {}
  const { target, versus } = settings.value
  return (
    <section class="card" aria-labelledby="prediction-title">
      <h2 id="prediction-title">Prediction</h2>
      {result ? <Classes /> : <p class="small">Nothing is explained yet.</p>}
      <div class="fields">
        <ClassField
          label="Explain"
          value={target}
          first={{ value: 'top', label: 'most probable' }}
          onChange={value => change({ target: value })}
        />
        <ClassField
          label="Against"
          value={versus}
          first={{ value: '', label: 'nothing' }}
          onChange={value => change({ versus: value })}
        />
      </div>
    </section>
  )
}

/** So many, and the one that is explained. */
const shownClasses = 5

function Classes() {
  const { sample, classes } = shown.value?.result ?? {}
  if (!sample) return null
  const { prediction, target } = sample
  if (prediction.length === 0) return <p class="small">The output is one number: {sample.target.label}.</p>
  return (
    <ol class="classes">
      {prediction
        .filter(({ index }, place) => place < shownClasses || index === target.index)
        .map(({ index, label, score }) => (
          <li key={index}>
            <button
              type="button"
              aria-pressed={index === target.index}
              onClick={() => change({ target: classes === 1 ? label : String(index) })}
            >
              <span class="class-label">
                <span class="hidden">Explain </span>
                {label}
              </span>
              <span class="class-score">{percent(score)}</span>
              <span class="class-bar" aria-hidden="true">
                <span style={{ width: `${score * 100}%` }} />
              </span>
            </button>
          </li>
        ))}
    </ol>
  )
}
