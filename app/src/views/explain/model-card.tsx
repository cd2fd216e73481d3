/** The model that is open, and how to open another. */

import { FileButton } from '../../components/file-button.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { fileSize } from '../../render/numbers.ts'
import { openPictures, pictureModel } from '../../state/example.ts'
import { openTexts, textModel } from '../../state/example-texts.ts'
import { shown } from '../../state/explanation.ts'
import { model } from '../../state/model.ts'
import { inTurn } from '../../state/open-files.ts'
import { change, setting } from '../../state/settings.ts'
import type { RuntimeChoice } from '../../worker/protocol.ts'

const runtime = setting('runtime')

const runtimes: readonly { readonly value: RuntimeChoice; readonly label: string }[] = [
  { value: 'auto', label: 'Automatic' },
  { value: 'webgpu', label: 'WebGPU' },
  { value: 'wasm', label: 'WebAssembly' },
]

/** The card. */
export function ModelCard() {
  const open = model.value
  return (
    <section class="card" aria-labelledby="model-title">
      <h2 id="model-title">Model</h2>
      {open ? <ModelFactsList /> : <p class="small">None is open yet.</p>}
      <div class="row">
        <FileButton>Open files</FileButton>
        {!isOpen(pictureModel) && (
          <button type="button" class="quiet" onClick={() => inTurn(openPictures)}>
            Embedded example
          </button>
        )}
        {!isOpen(textModel) && (
          <button type="button" class="quiet" onClick={() => inTurn(openTexts)}>
            Text example
          </button>
        )}
      </div>
      <div class="fields">
        <SelectField
          label="Runtime"
          value={runtime.value}
          choices={runtimes}
          onChange={value => change({ runtime: value })}
        />
      </div>
    </section>
  )
}

function isOpen(example: string): boolean {
  return model.value?.isExample === true && model.value.facts.name === example
}

function ModelFactsList() {
  const open = model.value
  if (!open) return null
  const { name, byteLength, input, nodes } = open.facts
  const where = shown.value?.result.runtime.match(/\((\w+)\)/)?.[1]
  return (
    <dl class="facts">
      <dt>File</dt>
      <dd>
        {name}
        {open.isExample && <span class="small"> (embedded example)</span>}
      </dd>
      <dt>Size</dt>
      <dd>
        {fileSize(byteLength)}, {nodes} nodes
      </dd>
      <dt>Input</dt>
      <dd>{input.dims.map(dim => (typeof dim === 'number' ? dim : dim || '?')).join(' × ')}</dd>
      {where && (
        <>
          <dt>Ran on</dt>
          <dd>{where === 'wasm' ? 'WebAssembly' : 'WebGPU'}</dd>
        </>
      )}
    </dl>
  )
}
