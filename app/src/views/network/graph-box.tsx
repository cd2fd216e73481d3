/** One box of the graph: its relevance as a small map, its name, operator, rule, domain and ΣR. */

import { useMemo } from 'preact/hooks'
import type { Plane } from '../../../../src/web.ts'
import { shortNumber } from '../../render/numbers.ts'
import type { LayerSummary, Point } from '../../worker/protocol.ts'
import { type Block, shortened } from './blocks.ts'
import { PlaneCanvas } from './plane-canvas.tsx'
import { boxSize } from './state.ts'

/** What a box is. */
export interface GraphBoxProps {
  readonly block: Block
  readonly index: number
  readonly count: number
  readonly at: Point
  readonly summary: LayerSummary | undefined
  readonly isCurrent: boolean
  readonly onChoose: () => void
}

/** The box. The keys are the list's. */
export function GraphBox({ block, index, count, at, summary, isCurrent, onChoose }: GraphBoxProps) {
  const { width, height, isLarge } = boxSize.value
  const { title, operators, rule, domain } = block
  const sum = summary ? `ΣR ${shortNumber(summary.sum, 5)}` : rule === 'none' ? 'no relevance' : 'ΣR …'
  const name = shortened(title, 16)
  return (
    <div
      id={`box-${index}`}
      role="option"
      tabIndex={-1}
      aria-selected={isCurrent}
      aria-posinset={index + 1}
      aria-setsize={count}
      title={`${title}: ${[...operators, rule && `rule ${rule}`, domain].filter(Boolean).join(', ')}`}
      class="box"
      style={{
        width: `${width}px`,
        height: `${height}px`,
        transform: `translate(${at.x - width / 2}px, ${at.y - height / 2}px)`,
      }}
      onClick={onChoose}
      onKeyDown={event => {
        if (event.key === 'Enter') onChoose()
      }}
    >
      {!isLarge && <span class="box-map">{summary && <Thumbnail summary={summary} />}</span>}
      <span class="box-title">{name}</span> {name !== title && <span class="hidden">{title} </span>}
      <span class="box-soft">
        {operators[0]} {rule && <b>{rule === 'proportional' ? 'prop.' : rule}</b>}
      </span>{' '}
      <span class="box-soft">{domain}</span> <span class="box-sum">{sum}</span>
    </div>
  )
}

function Thumbnail({ summary: { plane, dims, channels } }: { readonly summary: LayerSummary }) {
  const hasPlaces = dims.length > 1 && plane.values.length > 1
  const shown = useMemo(() => (hasPlaces ? plane : inRows(channels)), [hasPlaces, plane, channels])
  return <PlaneCanvas plane={shown} extent={shown.extent} />
}

/** A vector has no places that a picture could show; its values stand side by side, in rows. */
function inRows(values: Float32Array): Plane {
  const extent = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const width = Math.ceil(Math.sqrt(values.length))
  const filled = new Float32Array(width * Math.ceil(values.length / width))
  filled.set(values)
  return { width, height: filled.length / width, values: filled, extent }
}
