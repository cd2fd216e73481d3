/** The scale of colours with its numbers, and what sets it. */

import { useMemo } from 'preact/hooks'
import { type ColormapName, colormapNames, colormaps } from '../../../../src/render/colormap.ts'
import { type ChannelPooling, poolings } from '../../../../src/render/plane.ts'
import { shadingOf, shadingText } from '../../../../src/render/shading.ts'
import type { Plane } from '../../../../src/web.ts'
import { NumberField } from '../../components/number-field.tsx'
import { PaintCanvas } from '../../components/paint-canvas.tsx'
import { type Choice, SelectField } from '../../components/select-field.tsx'
import { Slider } from '../../components/slider.tsx'
import { shortNumber } from '../../render/numbers.ts'
import { paintScale } from '../../render/paint.ts'
import { shown } from '../../state/explanation.ts'
import { change, settings } from '../../state/settings.ts'

const channelWords: Readonly<Record<ChannelPooling, string>> = {
  sum: 'sum',
  size: 'sum of |R|',
  l2: 'root of ΣR²',
  absmax: 'largest |R|',
  positive: 'positive only',
}

const channelChoices: readonly Choice<ChannelPooling>[] = poolings.map(value => ({ value, label: channelWords[value] }))
const colorChoices: readonly Choice<ColormapName>[] = colormapNames.map(value => ({
  value,
  label: value,
  group: colormaps[value].kind === 'diverging' ? 'For and against' : 'For alone',
}))

/** The bar. */
export function ColorBar({ plane }: { readonly plane: Plane }) {
  const { extent, gamma, colormap, channels, opacity, panes } = settings.value
  const hasOverlay = shown.value?.of.picture !== undefined && (panes === 'all' || panes === 'overlay')
  return (
    <div class="color-bar">
      <Scale plane={plane} />
      <div class="color-tools">
        <SelectField
          label="Colours"
          value={colormap}
          choices={colorChoices}
          onChange={value => change({ colormap: value })}
        />
        <SelectField
          label="Channels"
          value={channels}
          choices={channelChoices}
          onChange={value => change({ channels: value })}
        />
        <NumberField
          label="Full colour at"
          value={extent || undefined}
          placeholder={shortNumber(plane.extent, 3)}
          onChange={value => change({ extent: value ?? 0 })}
        />
        <Slider
          label="Show what is faint"
          value={1.1 - gamma}
          min={0.1}
          onChange={value => change({ gamma: Number((1.1 - value).toFixed(2)) })}
        />
        {hasOverlay && (
          <Slider label="Opacity of overlay" value={opacity} onChange={value => change({ opacity: value })} />
        )}
      </div>
    </div>
  )
}

function Scale({ plane }: { readonly plane: Plane }) {
  const { extent, gamma, colormap } = settings.value
  const full = extent || plane.extent
  const image = useMemo(() => paintScale({ extent: full, gamma, colormap }), [full, gamma, colormap])
  const isOneSided = colormaps[colormap].kind === 'sequential'
  const words = shadingText(shadingOf(plane.extent, { colormap, exponent: gamma, ...(extent > 0 && { extent }) }))
  return (
    <div>
      <PaintCanvas image={image} class="scale" label={`Scale: ${words}`} />
      <p class="scale-numbers number" aria-hidden="true">
        {!isOneSided && <span>{shortNumber(-full, 3)}</span>}
        <span>0</span>
        <span>+{shortNumber(full, 3)}</span>
      </p>
    </div>
  )
}
