/** The neuron, the data point and the domain as numbers. */

import { useId } from 'preact/hooks'
import type { NeuronDomain, Pair } from '../../worker/protocol.ts'
import { move, scene } from './answer.ts'
import { extent, limits, step, withCorner } from './scene.ts'
import { subscript } from './words.ts'

/** Weights and bias with sliders, the data point, the domain. */
export function Controls() {
  const { w, b, x, domain, low, high } = scene.value
  return (
    <div class="roots-controls">
      <div class="roots-sliders">
        {both.map(i => (
          <Slider
            key={i}
            label={`w${subscript(i)}`}
            value={w[i]}
            most={limits.w}
            onInput={value => move({ w: replaced(w, i, value) })}
          />
        ))}
        <Slider label="b" value={b} most={limits.b} onInput={value => move({ b: value })} />
        {both.map(i => (
          <NumberBox
            key={i}
            label={`x${subscript(i)}`}
            value={x[i]}
            most={limits.x}
            onInput={value => move({ x: replaced(x, i, value) })}
          />
        ))}
      </div>
      <fieldset class="roots-domain">
        <legend>Domain of x</legend>
        <div class="row">
          {domains.map(([one, name]) => (
            <label key={one}>
              <input type="radio" name="domain" checked={one === domain} onChange={() => move({ domain: one })} />
              {name}
            </label>
          ))}
        </div>
        {domain === 'box' && (
          <div class="roots-box">
            {both.flatMap(i =>
              (['low', 'high'] as const).map(end => (
                <NumberBox
                  key={`${end}${i}`}
                  label={`${end === 'low' ? 'l' : 'h'}${subscript(i)}`}
                  value={(end === 'low' ? low : high)[i]}
                  most={extent}
                  onInput={value => move(withCorner(scene.peek(), [end, end], replaced({ low, high }[end], i, value)))}
                />
              )),
            )}
          </div>
        )}
      </fieldset>
    </div>
  )
}

const both = [0, 1] as const

const domains: readonly (readonly [NeuronDomain, string])[] = [
  ['real', 'ℝ²'],
  ['positive', 'ℝ₊², never negative'],
  ['box', 'box l ≤ x ≤ h'],
]

function replaced(pair: Pair, i: 0 | 1, value: number): Pair {
  return i === 0 ? [value, pair[1]] : [pair[0], value]
}

interface FieldProps {
  readonly label: string
  readonly value: number
  readonly most: number
  readonly onInput: (value: number) => void
}

function Slider(props: FieldProps) {
  const { label, value, most, onInput } = props
  return (
    <div class="roots-slider">
      <NumberBox {...props} />
      <input
        type="range"
        aria-label={`${label}, slider`}
        min={-most}
        max={most}
        step={step}
        value={value}
        onInput={event => onInput(event.currentTarget.valueAsNumber)}
      />
    </div>
  )
}

function NumberBox({ label, value, most, onInput }: FieldProps) {
  const id = useId()
  return (
    <div class="roots-number">
      <label class="variable" for={id}>
        {label}
      </label>
      <input
        id={id}
        type="number"
        min={-most}
        max={most}
        step={step}
        value={value}
        onChange={({ currentTarget }) => {
          if (currentTarget.validity.badInput || currentTarget.value === '') currentTarget.value = String(value)
          else onInput(currentTarget.valueAsNumber)
        }}
      />
    </div>
  )
}
