/** The scale of colours with its numbers, and what sets it. */

import { useMemo } from 'preact/hooks'
import type { Plane } from '../../../../src/web.ts'
import { NumberField } from '../../components/number-field.tsx'
import { PaintCanvas } from '../../components/paint-canvas.tsx'
import { Slider } from '../../components/slider.tsx'
import { shortNumber } from '../../render/numbers.ts'
import { paintScale } from '../../render/paint.ts'
import { shown } from '../../state/explanation.ts'
import { change, settings } from '../../state/settings.ts'

/** The bar. */
export function ColorBar({ plane }: { readonly plane: Plane }) {
  const { extent, gamma, opacity, panes } = settings.value
  const hasOverlay = shown.value?.of.picture !== undefined && (panes === 'all' || panes === 'overlay')
  const full = extent || plane.extent
  const image = useMemo(() => paintScale({ extent: full, gamma }), [full, gamma])
  return (
    <div class="color-bar">
      <div>
        <PaintCanvas
          image={image}
          class="scale"
          label={`Colours from ${shortNumber(-full)}, blue, against, to ${shortNumber(full)}, red, for`}
        />
        <p class="scale-numbers number" aria-hidden="true">
          <span>{shortNumber(-full, 3)}</span>
          <span>0</span>
          <span>+{shortNumber(full, 3)}</span>
        </p>
      </div>
      <div class="color-tools">
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
