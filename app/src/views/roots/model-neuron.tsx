/** The same of a real neuron: one of the model that is open, at the input that is looked at. */

import { useEffect } from 'preact/hooks'
import type { RootPoint } from '../../../../src/web.ts'
import { model } from '../../state/model.ts'
import {
  fault,
  found,
  isOpen,
  layer,
  layerName,
  layers,
  type ModelRoots,
  neuron,
  watchModelNeuron,
} from './model-neuron-state.ts'
import { Movers, Patches } from './patches.tsx'
import { fixed } from './words.ts'

/** The card; it asks for nothing before it is opened. */
export function ModelNeuron() {
  useEffect(watchModelNeuron, [])
  const { value } = found
  return (
    <details
      class="card roots-model"
      open={isOpen.value}
      onToggle={event => {
        isOpen.value = event.currentTarget.open
      }}
    >
      <summary>
        <h2>A neuron of {model.value?.facts.name ?? 'the model'}</h2>
        <small>The same root point, in as many dimensions as its layer has inputs</small>
      </summary>
      {isOpen.value && (
        <div class="stack">
          <Choice />
          {fault.value !== undefined && <p role="note">{fault.value}</p>}
          {fault.value === undefined && !value && <p class="small">Looking for its root…</p>}
          {fault.value === undefined && value && <Findings {...value} />}
        </div>
      )}
    </details>
  )
}

function Choice() {
  const dims = layer.value?.outputDims?.slice(1).map(Number) ?? []
  const at = neuron.value ?? (found.value?.layer === layer.value ? found.value?.neuron : undefined)
  return (
    <div class="row">
      <label class="field">
        <span>Layer</span>
        <select
          value={layer.value?.name}
          onChange={event => {
            layerName.value = event.currentTarget.value
            neuron.value = undefined
          }}
        >
          {layers.value.map(({ name, rule }) => (
            <option key={name} value={name}>
              {name}, {rule}
            </option>
          ))}
        </select>
      </label>
      {at?.map((place, i) => (
        <label class="field" key={`${dims.length}-${String(i)}`}>
          <span>{axisName(i, dims.length)}</span>
          <input
            type="number"
            min={0}
            max={(dims[i] ?? 1) - 1}
            step={1}
            value={place}
            onChange={({ currentTarget: { valueAsNumber, validity } }) => {
              if (validity.valid && !Number.isNaN(valueAsNumber))
                neuron.value = at.map((old, j) => (j === i ? valueAsNumber : old))
            }}
          />
        </label>
      ))}
      <button
        type="button"
        disabled={neuron.value === undefined}
        onClick={() => {
          neuron.value = undefined
        }}
      >
        The most relevant
      </button>
    </div>
  )
}

function axisName(i: number, count: number): string {
  if (count === 1) return 'neuron'
  return ['channel', 'row', 'column'][i] ?? `axis ${i + 1}`
}

function Findings({ of, layer: { domain }, roots }: ModelRoots) {
  const [root] = roots.neurons
  if (!root) return null
  const { preactivation, t, point } = root
  const { box } = of.request
  const isPicture = box !== undefined && point.dims.join() === of.of.tensor.dims.join() && point.dims.length === 4
  const isNhwc = model.value?.facts.geometry?.layout === 'NHWC'
  return (
    <div class="roots-findings">
      <div class="stack">
        <p class="variable">
          w·x + b = {fixed(preactivation, 4)}, t = <data value={String(t)}>{fixed(t, 4)}</data>, direction of{' '}
          {roots.rule}
        </p>
        {preactivation <= 0 && <p>The neuron is off here: it gets no relevance, and needs no root.</p>}
        <Checks root={root} domain={domain} />
      </div>
      {!Number.isFinite(t) ? null : isPicture ? (
        <Patches root={root} box={box} isNhwc={isNhwc} />
      ) : (
        <Movers root={root} />
      )}
    </div>
  )
}

/** What the derivation takes for granted, checked. */
function Checks({ root: { t, checks }, domain }: { readonly root: RootPoint; readonly domain: string }) {
  if (!Number.isFinite(t)) return <p>No root: v·w = 0, its direction never meets the hinge.</p>
  const rows: readonly (readonly [boolean, string, string])[] = [
    [checks.isOnHinge, 'on the hinge', `w·x̃ + b is ${checks.hinge.toExponential(1)} of its terms`],
    [checks.isInDomain, `in the domain (${domain})`, `${checks.outside} of its elements outside`],
    [
      checks.isOnSegment,
      'on the segment',
      `t = ${fixed(t, 3)} ${checks.isOnSegment ? 'is' : 'is not'} between 0 and 1`,
    ],
    [
      checks.isInRegion,
      'in the linear region of x',
      `${checks.switched} of ${checks.switches} gates and windows switch on the way`,
    ],
  ]
  return (
    <ul class="roots-checks">
      {rows.map(([holds, name, words]) => (
        <li key={name}>
          <b>{holds ? 'Yes' : 'No'}</b>
          <span>
            {name} <small>{words}</small>
          </span>
        </li>
      ))}
    </ul>
  )
}
