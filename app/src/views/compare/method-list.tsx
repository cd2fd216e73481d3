/** Which methods are compared: a list to check, in families. */

import type { MethodName } from '../../../../src/web.ts'
import { change, settings } from '../../state/settings.ts'
import { methodChoices } from '../explain/methods.ts'

const families = [...new Set(methodChoices.map(({ group }) => group))]

/** The list. Columns come in its order, whatever the order in which they are chosen. */
export function MethodList() {
  const { methods } = settings.value
  const toggle = (method: MethodName) => {
    const chosen = new Set(methods)
    if (!chosen.delete(method)) chosen.add(method)
    change({ methods: methodChoices.map(({ value }) => value).filter(value => chosen.has(value)) })
  }
  return (
    <section class="card methods" aria-labelledby="methods-title">
      <h2 id="methods-title">Methods</h2>
      {families.map(family => (
        <fieldset key={family}>
          <legend>{family}</legend>
          {methodChoices
            .filter(({ group }) => group === family)
            .map(({ value, label }) => (
              <label key={value}>
                <input type="checkbox" checked={methods.includes(value)} onChange={() => toggle(value)} />
                <span>{label}</span>
              </label>
            ))}
        </fieldset>
      ))}
    </section>
  )
}
