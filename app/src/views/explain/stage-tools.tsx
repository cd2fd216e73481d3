/** What is shown, and how near. */

import { shown } from '../../state/explanation.ts'
import { change, type Settings, settings } from '../../state/settings.ts'
import { viewport } from './stage-state.ts'
import { whole, zoomed } from './viewport.ts'

const choices: readonly { readonly value: Settings['panes']; readonly label: string }[] = [
  { value: 'all', label: 'Side by side' },
  { value: 'picture', label: 'Picture' },
  { value: 'heatmap', label: 'Heatmap' },
  { value: 'overlay', label: 'Overlay' },
]

/** The tools. */
export function StageTools() {
  const { panes } = settings.value
  const hasPicture = shown.value?.of.picture !== undefined
  return (
    <div class="row tools">
      {hasPicture && (
        <fieldset class="segments">
          <legend class="hidden">Pictures</legend>
          {choices.map(({ value, label }) => (
            <button key={value} type="button" aria-pressed={panes === value} onClick={() => change({ panes: value })}>
              {label}
            </button>
          ))}
        </fieldset>
      )}
      <fieldset class="row zoom">
        <legend class="hidden">Magnification</legend>
        <button
          type="button"
          aria-label="Magnify less"
          onClick={() => zoom(1 / 1.5)}
          disabled={viewport.value.scale === 1}
        >
          −
        </button>
        <button type="button" aria-label="Magnify more" onClick={() => zoom(1.5)}>
          +
        </button>
        <button
          type="button"
          disabled={viewport.value === whole}
          onClick={() => {
            viewport.value = whole
          }}
        >
          All
        </button>
      </fieldset>
    </div>
  )
}

function zoom(factor: number): void {
  viewport.value = zoomed(viewport.peek(), factor)
}
