/** Rules for single layers, over what the method decides. */

import { useEffect, useState } from 'preact/hooks'
import { type LayerReport, layerRuleNames } from '../../../../src/web.ts'
import { modelReport, watchLayers } from '../../state/layers.ts'
import { change, settings } from '../../state/settings.ts'
import { sharesByRules } from './methods.ts'

/** The card; closed until somebody looks. */
export function LayerRulesCard() {
  const [isOpen, setOpen] = useState(settings.peek().rules.length > 0)
  const { rules, method } = settings.value
  if (!sharesByRules(method)) return null
  return (
    <details class="card" open={isOpen} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>Rule by layer</h2>
        <span class="small">{rules.length === 0 ? 'as the method decides' : `${rules.length} changed`}</span>
      </summary>
      {isOpen && <Layers />}
    </details>
  )
}

function Layers() {
  useEffect(watchLayers, [])
  const { rules } = settings.value
  const layers = modelReport.value?.layers.filter(isRuled) ?? []
  if (layers.length === 0) return <p class="small">Looking at the layers…</p>
  return (
    <>
      <ul class="layers">
        {layers.map(layer => (
          <li key={layer.name}>
            <label>
              <span class="layer-name" title={`${layer.opType}: ${layer.why}`}>
                {layer.name}
              </span>
              <select value={ruleOf(layer.name)} onChange={event => give(layer.name, event.currentTarget.value)}>
                <option value="">{ruleOf(layer.name) === '' ? layer.rule : 'as the method decides'}</option>
                {namesFor(layer).map(name => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
          </li>
        ))}
      </ul>
      {rules.length > 0 && (
        <button type="button" class="quiet" onClick={() => change({ rules: [] })}>
          All as the method decides
        </button>
      )}
    </>
  )
}

const poolings = ['winner', 'proportional']

/** Layers with weights, and max pooling. */
function isRuled({ biases, cost, rule }: LayerReport): boolean {
  return biases !== undefined || cost !== undefined || poolings.includes(rule)
}

function namesFor({ opType, domain }: LayerReport): readonly string[] {
  if (/Pool|Max/.test(opType)) return poolings
  return layerRuleNames.filter(
    name => !poolings.includes(name) && name !== 'pass' && (name !== 'z-box' || /\[/.test(domain)),
  )
}

function ruleOf(layer: string): string {
  const rule = settings.value.rules.findLast(one => one.startsWith(`${layer}=`))
  return rule?.slice(layer.length + 1) ?? ''
}

function give(layer: string, rule: string): void {
  const others = settings.value.rules.filter(one => !one.startsWith(`${layer}=`))
  change({ rules: rule === '' ? others : [...others, `${layer}=${rule}`] })
}
