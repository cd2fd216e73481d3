/** A number between two ends, with a label. */

import { useId } from 'preact/hooks'

/** What the slider is about. */
export interface SliderProps {
  readonly label: string
  readonly value: number
  readonly min?: number
  readonly max?: number
  readonly step?: number
  readonly onChange: (value: number) => void
}

/** The slider. */
export function Slider({ label, value, min = 0, max = 1, step = 0.05, onChange }: SliderProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        onInput={event => onChange(Number(event.currentTarget.value))}
      />
    </div>
  )
}
