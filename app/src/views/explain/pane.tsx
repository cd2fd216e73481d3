/** One of the pictures: what the network saw, the heatmap, or both. All move together. */

import { useMemo, useRef } from 'preact/hooks'
import type { Plane } from '../../../../src/web.ts'
import { PaintCanvas } from '../../components/paint-canvas.tsx'
import { paintHeatmap, paintLayer, paintPicture } from '../../render/paint.ts'
import type { Shown } from '../../state/explanation.ts'
import { type PaneName, settings } from '../../state/settings.ts'
import { useGestures } from './gestures.ts'
import { cursor, viewport } from './stage-state.ts'

const titles: Readonly<Record<PaneName, string>> = { picture: 'Picture', heatmap: 'Heatmap', overlay: 'Overlay' }

/** What is shown. */
export interface PaneProps {
  readonly name: PaneName
  readonly plane: Plane | undefined
  readonly of: Shown | undefined
}

/** The pane. */
export function Pane({ name, plane, of }: PaneProps) {
  const pane = useRef<HTMLDivElement>(null)
  useGestures(pane)
  const { scale, x, y } = viewport.value
  if (!plane || !of) return null
  const moved = { transform: `scale(${scale}) translate(${-x * 100}%, ${-y * 100}%)` }
  return (
    <figure class="pane">
      <figcaption class="small">{titles[name]}</figcaption>
      <div
        ref={pane}
        class="pane-frame"
        role="application"
        aria-label={`${titles[name]}: arrow keys read places out, plus and minus magnify, 0 shows all`}
        style={{ aspectRatio: `${plane.width} / ${plane.height}` }}
        data-zoomed={scale > 1}
      >
        <div class="pane-moved" style={moved}>
          <Content {...{ name, plane, of }} />
        </div>
        <Cursor plane={plane} />
      </div>
    </figure>
  )
}

function Content({ name, plane, of }: { readonly name: PaneName; readonly plane: Plane; readonly of: Shown }) {
  const { opacity, extent, gamma } = settings.value
  const { picture } = of.of
  const full = extent || plane.extent
  const label = labelOf(name, of)
  const ground = useMemo(
    () => (name === 'heatmap' || !picture ? undefined : paintPicture(picture, name === 'overlay')),
    [name, picture],
  )
  const relevance = useMemo(() => {
    if (name === 'picture') return undefined
    return (name === 'heatmap' ? paintHeatmap : paintLayer)(plane, { extent: full, gamma })
  }, [name, plane, full, gamma])
  const isFine = picture !== undefined && picture.width > plane.width
  return (
    <>
      {ground && <PaintCanvas image={ground} class={isFine ? 'smooth' : 'pixels'} {...(!relevance && { label })} />}
      {relevance && (
        <PaintCanvas
          image={relevance}
          label={label}
          class={ground ? 'pixels over' : 'pixels'}
          {...(ground && { opacity })}
        />
      )}
    </>
  )
}

function labelOf(name: PaneName, { result, of }: Shown): string {
  if (name === 'picture') return `Picture ${of.input.name}`
  const target = `${result.sample.target.label} in ${of.input.name}`
  return name === 'heatmap' ? `Heatmap for ${target}` : `Overlay for ${target}`
}

/** A frame around the place that is read out; as thin at every magnification. */
function Cursor({ plane }: { readonly plane: Plane }) {
  const at = cursor.value
  if (!at) return null
  const { scale, x, y } = viewport.value
  const percent = (share: number) => `${share * 100}%`
  return (
    <span
      class="cursor"
      aria-hidden="true"
      style={{
        left: percent((at.x / plane.width - x) * scale),
        top: percent((at.y / plane.height - y) * scale),
        width: percent(scale / plane.width),
        height: percent(scale / plane.height),
      }}
    />
  )
}
