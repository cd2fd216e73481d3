/** A number with a label; empty stands for the default, which is shown in its place. */

import { useId } from 'preact/hooks'

/** What the field is about. */
export interface NumberFieldProps {
  readonly label: string
  readonly value: number | undefined
  /** What an empty field stands for. */
  readonly placeholder: string
  readonly min?: number
  readonly step?: number | 'any'
  readonly onChange: (value: number | undefined) => void
}

/** The field. */
export function NumberField({ label, value, placeholder, min = 0, step = 'any', onChange }: NumberFieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="number"
        min={min}
        step={step}
        placeholder={placeholder}
        value={value ?? ''}
        onChange={({ currentTarget: { value: text, validity } }) => {
          if (validity.valid) onChange(text === '' ? undefined : Number(text))
        }}
      />
    </div>
  )
}
