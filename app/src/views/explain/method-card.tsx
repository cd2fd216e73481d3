/** The method, and all that it lets one choose. */

import { NumberField } from '../../components/number-field.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { change, defaults, settings } from '../../state/settings.ts'
import { biasChoices, methodChoices, parametersOf, poolingChoices, sharesByRules } from './methods.ts'

/** The card. */
export function MethodCard() {
  const { method, bias, pooling, parameters } = settings.value
  const isDefault = bias === 'default' && pooling === 'default' && Object.keys(parameters).length === 0
  return (
    <section class="card" aria-labelledby="method-title">
      <div class="row spread">
        <h2 id="method-title">Method</h2>
        <button type="button" class="quiet" disabled={isDefault} onClick={reset}>
          Reset
        </button>
      </div>
      <div class="fields">
        <SelectField
          label="Method"
          value={method}
          choices={methodChoices}
          onChange={value => change({ method: value, parameters: {} })}
        />
        {sharesByRules(method) && (
          <>
            <SelectField
              label="Biases"
              value={bias}
              choices={biasChoices(method)}
              onChange={value => change({ bias: value })}
            />
            <SelectField
              label="Pooling"
              value={pooling}
              choices={poolingChoices(method)}
              onChange={value => change({ pooling: value })}
            />
          </>
        )}
        {parametersOf(method).map(({ name, label, placeholder, step }) => (
          <NumberField
            key={name}
            label={label}
            value={parameters[name]}
            placeholder={placeholder}
            {...(step !== undefined && { step })}
            onChange={value => {
              const { [name]: _, ...others } = parameters
              change({ parameters: value === undefined ? others : { ...others, [name]: value } })
            }}
          />
        ))}
      </div>
    </section>
  )
}

function reset(): void {
  const { bias, pooling, parameters } = defaults
  change({ bias, pooling, parameters })
}
