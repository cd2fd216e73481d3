/** One of several, with a label. */

import { useId } from 'preact/hooks'

/** A choice, under a heading where it has one. */
export interface Choice<T extends string> {
  readonly value: T
  readonly label: string
  readonly group?: string
}

/** What the field is about. */
export interface SelectFieldProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly choices: readonly Choice<T>[]
  readonly onChange: (value: T) => void
}

/** The field. */
export function SelectField<T extends string>({ label, value, choices, onChange }: SelectFieldProps<T>) {
  const id = useId()
  const groups = [...new Set(choices.map(({ group }) => group))]
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={event => onChange(event.currentTarget.value as T)}>
        {groups.map(group => {
          const options = choices.filter(choice => choice.group === group).map(option)
          return group === undefined ? (
            options
          ) : (
            <optgroup key={group} label={group}>
              {options}
            </optgroup>
          )
        })}
      </select>
    </div>
  )
}

function option({ value, label }: Choice<string>) {
  return (
    <option key={value} value={value}>
      {label}
    </option>
  )
}
