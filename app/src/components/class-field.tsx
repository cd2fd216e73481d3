/** A class by its label or index: a list where there are few, a field that completes where there are many. */

import { useId } from 'preact/hooks'
import { shown } from '../state/explanation.ts'
import { model } from '../state/model.ts'
import type { Choice } from './select-field.tsx'
import { SelectField } from './select-field.tsx'

/** What the field is about. */
export interface ClassFieldProps {
  readonly label: string
  /** A label, an index, or the value of `first`. */
  readonly value: string
  /** What may be chosen besides classes. */
  readonly first: Choice<string>
  readonly onChange: (value: string) => void
}

/** Up to so many fit into a list. */
const few = 40

/** The field. */
export function ClassField({ label, value, first, onChange }: ClassFieldProps) {
  const names = classNames()
  if (names.length > few) return <CompletingField {...{ label, value, first, onChange, names }} />
  const choices = [first, ...names.map((name, index) => ({ value: String(index), label: name }))]
  const chosen = choices.find(choice => choice.value === value)
  const shownChoices = chosen ? choices : [...choices, { value, label: value }]
  return <SelectField label={label} value={value} choices={shownChoices} onChange={onChange} />
}

/** Labels, or indices where there are none. */
function classNames(): readonly string[] {
  const classes = shown.value?.result.classes ?? 0
  const labels = model.value?.labels
  return labels && labels.length >= classes
    ? labels
    : Array.from({ length: classes }, (_, i) => labels?.[i] ?? String(i))
}

function CompletingField({
  label,
  value,
  first,
  names,
  onChange,
}: ClassFieldProps & { readonly names: readonly string[] }) {
  const id = useId()
  const nameOf = (one: string) => (one === first.value ? '' : /^\d+$/.test(one) ? (names[Number(one)] ?? one) : one)
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        list={`${id}-names`}
        placeholder={first.label}
        value={nameOf(value)}
        onChange={({ currentTarget: { value: text } }) => {
          const index = names.indexOf(text.trim())
          onChange(text.trim() === '' ? first.value : index >= 0 ? String(index) : text.trim())
        }}
      />
      <datalist id={`${id}-names`}>
        {names.map((name, index) => (
          <option key={index} value={name} />
        ))}
      </datalist>
    </div>
  )
}
