/** How pictures become the network's input: what was found, or a question; and what the network sees of the picture. */

import { type Preprocessing, presets, type Resampling } from '../../../../src/web.ts'
import { NumbersField } from '../../components/numbers-field.tsx'
import { SelectField } from '../../components/select-field.tsx'
import { shortNumber } from '../../render/numbers.ts'
import { prepared } from '../../state/inputs.ts'
import { foundPreprocessing, preprocessing } from '../../state/model.ts'
import { change } from '../../state/settings.ts'
import { NetworkPreview } from './network-preview.tsx'

const presetWords: Readonly<Record<string, string>> = {
  imagenet: 'ImageNet (mean and deviation)',
  caffe: 'Caffe (BGR, mean colour)',
  tensorflow: 'TensorFlow (−1 … 1)',
  unit: '0 … 1',
  none: 'none (0 … 255)',
}

/** The card; nothing for a model that reads no pictures. */
export function PreprocessingCard() {
  const state = preprocessing.value
  if (!state) return null
  const { value, from } = state
  const found = foundPreprocessing.value
  const choices = [
    ...(found ? [{ value: 'found', label: `as ${found.name} says` }] : []),
    ...Object.keys(presets).map(name => ({ value: name, label: presetWords[name] ?? name })),
    ...(isPreset(value) || value === found ? [] : [{ value: 'own', label: 'as set below' }]),
  ]
  const chosen = value === found ? 'found' : isPreset(value) ? value.name : 'own'
  return (
    <section class="card" aria-labelledby="preprocessing-title">
      <h2 id="preprocessing-title">Preprocessing</h2>
      {from === 'assumed' && (
        <p class="question">
          Nothing says how pictures are prepared for this network. {presetWords[value.name] ?? value.name} is assumed:
          is it right? A wrong one gives wrong predictions, and heatmaps of them.
        </p>
      )}
      <div class="preview">
        {prepared.value?.picture && <NetworkPreview of={prepared.value} how={value} />}
        <p class="small">{rangeWords()}</p>
      </div>
      <SelectField label="Prepared" value={chosen} choices={choices} onChange={choose} />
      <details>
        <summary class="small">Exactly</summary>
        <Exactly value={value} />
      </details>
    </section>
  )
}

function isPreset(value: Preprocessing): boolean {
  return presets[value.name] === value || JSON.stringify(presets[value.name]) === JSON.stringify(value)
}

function choose(name: string): void {
  if (name === 'found') change({ preprocessing: null })
  else if (name !== 'own') change({ preprocessing: presets[name] as Preprocessing })
}

/** What the network gets, in numbers. */
function rangeWords(): string {
  const { tensor, natural } = prepared.value ?? {}
  if (!tensor || !natural) return ''
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of tensor.data) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return `What the network sees: ${tensor.dims.slice(1).join(' × ')} of ${natural.width} × ${natural.height} pixels, values ${shortNumber(low, 3)} … ${shortNumber(high, 3)}`
}

const resamplings: readonly Resampling[] = ['bilinear', 'bicubic', 'lanczos', 'nearest']

function Exactly({ value }: { readonly value: Preprocessing }) {
  const set = (some: Partial<Preprocessing>) => change({ preprocessing: { ...value, name: 'own', ...some } })
  return (
    <div class="fields exactly">
      <NumbersField
        label="Scale"
        value={[value.scale]}
        counts={[1]}
        onChange={([scale]) => set({ scale: scale as number })}
      />
      <NumbersField label="Mean" value={value.mean} counts={[1, 3]} onChange={mean => set({ mean })} />
      <NumbersField
        label="Deviation"
        value={value.std}
        counts={[1, 3]}
        isFit={one => one > 0}
        onChange={std => set({ std })}
      />
      <SelectField
        label="Channels"
        value={value.channelOrder}
        choices={[
          { value: 'rgb', label: 'RGB' },
          { value: 'bgr', label: 'BGR' },
        ]}
        onChange={channelOrder => set({ channelOrder })}
      />
      <SelectField
        label="Resizing"
        value={value.resample}
        choices={resamplings.map(one => ({ value: one, label: one }))}
        onChange={resample => set({ resample })}
      />
      <SelectField
        label="Fit"
        value={value.crop ? 'crop' : 'squeeze'}
        choices={[
          { value: 'squeeze', label: 'squeezing the whole picture' },
          { value: 'crop', label: 'cropping the middle 7/8' },
        ]}
        onChange={fit => {
          const { resize: _, crop: __, ...rest } = value
          const middle = { resize: 256, crop: { width: 224, height: 224 } }
          change({ preprocessing: { ...rest, name: 'own', ...(fit === 'crop' && middle) } })
        }}
      />
    </div>
  )
}
