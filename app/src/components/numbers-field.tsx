/** One number or several, separated by commas; what makes no sense is marked and changes nothing. */

import { useId, useState } from 'preact/hooks'

/** What the field is about. */
export interface NumbersFieldProps {
  readonly label: string
  readonly value: readonly number[]
  /** How many there may be. */
  readonly counts: readonly number[]
  readonly isFit?: (value: number) => boolean
  readonly onChange: (value: readonly number[]) => void
}

/** The field. */
export function NumbersField({ label, value, counts, isFit = () => true, onChange }: NumbersFieldProps) {
  const id = useId()
  const [isWrong, setWrong] = useState(false)
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        inputMode="decimal"
        value={value.map(one => Number(one.toPrecision(6))).join(', ')}
        aria-invalid={isWrong}
        aria-describedby={isWrong ? `${id}-hint` : undefined}
        onChange={({ currentTarget: { value: text } }) => {
          const numbers = text.split(',').map(part => (part.trim() === '' ? Number.NaN : Number(part)))
          const isRight = counts.includes(numbers.length) && numbers.every(one => Number.isFinite(one) && isFit(one))
          setWrong(!isRight)
          if (isRight) onChange(numbers)
        }}
      />
      {isWrong && (
        <small id={`${id}-hint`} class="wrong">
          {counts.join(' or ')} {counts.at(-1) === 1 ? 'number' : 'numbers'}, separated by commas
        </small>
      )}
    </div>
  )
}
