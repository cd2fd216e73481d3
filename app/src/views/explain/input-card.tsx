/** The inputs: a strip of small pictures, one of which is looked at. */

import { useEffect, useState } from 'preact/hooks'
import { FileButton } from '../../components/file-button.tsx'
import { type Input, input, inputs, isExample, removeInput, select } from '../../state/inputs.ts'
import { model } from '../../state/model.ts'

/** The card. */
export function InputCard() {
  const all = inputs.value
  return (
    <section class="card" aria-labelledby="input-title">
      <h2 id="input-title">Input</h2>
      {all.length > 0 ? (
        <ul class="strip">
          {all.map(one => (
            <li key={one.id}>
              <Thumbnail of={one} isOpen={input.value === one} />
            </li>
          ))}
        </ul>
      ) : (
        <p class="small">{wanted()}</p>
      )}
      <div class="row">
        <FileButton accept=".png,.jpg,.jpeg,.webp,.npy,.csv,.txt">Add inputs</FileButton>
        {input.value && !isExample(input.value) && (
          <button type="button" class="quiet" onClick={() => input.value && removeInput(input.value)}>
            Remove {input.value.name}
          </button>
        )}
      </div>
    </section>
  )
}

function wanted(): string {
  const { facts } = model.value ?? {}
  if (facts?.readsTokens) return 'Write a text, or drop some (.txt).'
  return facts && !facts.geometry
    ? "Drop a table (.csv), or arrays (.npy) of the input's shape."
    : "Drop pictures, or arrays (.npy) of the input's shape."
}

function Thumbnail({ of, isOpen }: { readonly of: Input; readonly isOpen: boolean }) {
  return (
    <button type="button" class="thumbnail" aria-pressed={isOpen} title={of.name} onClick={() => select(of)}>
      {of.kind === 'picture' ? <Picture of={of} /> : <span class="small">{of.name}</span>}
    </button>
  )
}

function Picture({ of }: { readonly of: Extract<Input, { kind: 'picture' }> }) {
  const [address, setAddress] = useState(typeof of.bytes === 'string' ? of.bytes : undefined)
  useEffect(() => {
    if (typeof of.bytes === 'string') return undefined
    const own = URL.createObjectURL(of.bytes)
    setAddress(own)
    return () => URL.revokeObjectURL(own)
  }, [of.bytes])
  return <img src={address} alt={of.name} width="56" height="56" decoding="async" />
}
