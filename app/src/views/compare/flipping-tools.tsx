/** What is asked of pixel flipping, how it is begun and stopped, and its files. */

import { useId } from 'preact/hooks'
import { replacementNames } from '../../../../src/evaluate/faithfulness/replacement.ts'
import { SelectField } from '../../components/select-field.tsx'
import { input, inputs } from '../../state/inputs.ts'
import { model } from '../../state/model.ts'
import { settings } from '../../state/settings.ts'
import { save } from '../explain/save.ts'
import { asked, compute, type FlippingOptions, found, isComputing, options, stop } from './flipping-state.ts'
import type { Series } from './series.ts'
import { shortName } from './summary.ts'

/** What the tools work on. */
export interface FlippingToolsProps {
  readonly all: readonly Series[]
  readonly titleOf: (method: string) => string
}

/** The tools. */
export function FlippingTools({ all, titleOf }: FlippingToolsProps) {
  const { on, score, replacement } = options.value
  const change = (some: Partial<FlippingOptions>) => {
    options.value = { ...options.value, ...some }
  }
  const known = [...found.value.values()].filter(({ input }) => asked.value.some(({ id }) => id === input))
  const missing = settings.value.methods.length * asked.value.length - known.length
  const one = input.value ?? inputs.value[0]
  return (
    <div class="row flipping-tools">
      <SelectField
        label="On"
        value={on}
        choices={[
          { value: 'one', label: one ? shortName(one) : 'the input' },
          { value: 'all', label: `all ${inputs.value.length} inputs (mean)` },
        ]}
        onChange={value => change({ on: value })}
      />
      <SelectField
        label="Score"
        value={score}
        choices={[
          { value: 'probability', label: 'probability' },
          { value: 'logit', label: 'logit' },
        ]}
        onChange={value => change({ score: value })}
      />
      {model.value?.facts.readsTokens !== true && (
        <SelectField
          label="Removed regions become"
          value={replacement}
          choices={replacementNames.map(value => ({ value, label: value }))}
          onChange={value => change({ replacement: value })}
        />
      )}
      <Steps onChange={steps => change({ steps })} />
      {isComputing.value ? (
        <button type="button" onClick={stop}>
          Cancel curves
        </button>
      ) : (
        <button type="button" class="primary" disabled={missing === 0} onClick={() => void compute()}>
          {known.length > 0 && missing > 0 ? 'Compute the rest' : 'Compute curves'}
        </button>
      )}
      {known.length > 0 && (
        <>
          <button type="button" class="quiet" onClick={() => void saveCsv(known, score)}>
            Save CSV
          </button>
          <button type="button" class="quiet" onClick={() => void saveSvg(all, titleOf, score)}>
            Save SVG
          </button>
        </>
      )}
    </div>
  )
}

function Steps({ onChange }: { readonly onChange: (steps: number) => void }) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>Steps</label>
      <input
        id={id}
        type="number"
        min={2}
        max={1000}
        value={options.value.steps}
        onChange={event => {
          const steps = Math.round(event.currentTarget.valueAsNumber)
          if (steps >= 2 && steps <= 1000) onChange(steps)
          else event.currentTarget.valueAsNumber = options.value.steps
        }}
      />
    </div>
  )
}

async function saveCsv(known: Parameters<typeof import('./flipping-files.ts')['curvesCsv']>[0], score: string) {
  const { curvesCsv } = await import('./flipping-files.ts')
  const names = new Map(inputs.value.map(({ id, name }) => [id, name]))
  save(new Blob([curvesCsv(known, id => names.get(id) ?? id, score)], { type: 'text/csv' }), 'pixel-flipping.csv')
}

async function saveSvg(all: readonly Series[], titleOf: (method: string) => string, score: string) {
  const { curvesSvg } = await import('./flipping-files.ts')
  const svg = curvesSvg(all, ({ method }) => titleOf(method), score)
  save(new Blob([svg], { type: 'image/svg+xml' }), 'pixel-flipping.svg')
}
