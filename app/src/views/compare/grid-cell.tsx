/** One cell: a heatmap (or words, or bars) with its sum; a click opens it in the Explain view. */

import { batch, signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { MethodName } from '../../../../src/web.ts'
import { PaintCanvas } from '../../components/paint-canvas.tsx'
import { shortNumber, signedNumber } from '../../render/numbers.ts'
import { paintHeatmap } from '../../render/paint.ts'
import { type Input, select } from '../../state/inputs.ts'
import { change, setting } from '../../state/settings.ts'
import { explainedText } from '../explain/relevance-words.ts'
import { Bar, explainedRow } from '../explain/table-stage.tsx'
import { TextWords } from '../explain/text-words.tsx'
import { type Cell, ready } from './cells.ts'
import { deviation, exact, shortName } from './summary.ts'

/** What the cell shows. */
export interface GridCellProps {
  readonly input: Input
  readonly method: MethodName
  readonly title: string
  readonly row: number
  readonly column: number
  readonly cell: Cell | undefined
  /** The |R| of the full colour. */
  readonly extent: number | undefined
  readonly isFocus: boolean
  readonly onFocus: () => void
}

type Made = Extract<Cell, { plane: unknown }>

/** The place under the pointer: read out in all cells of its row, so that methods are compared where one looks. */
const pointed = signal<{ readonly input: string; readonly x: number; readonly y: number } | undefined>(undefined)

const gamma = setting('gamma')

/** The cell. */
export function GridCell({ input, method, title, row, column, cell, extent, isFocus, onFocus }: GridCellProps) {
  const open = () => {
    batch(() => {
      select(input)
      change({ view: 'explain', method })
    })
  }
  return (
    <td data-kind={input.kind}>
      <button
        type="button"
        class="cell"
        data-cell={`${row} ${column}`}
        tabIndex={isFocus ? 0 : -1}
        disabled={!cell || 'fault' in cell}
        onFocus={onFocus}
        onClick={open}
      >
        <span class="hidden">
          {title}, {shortName(input)}:{' '}
          {cell && 'plane' in cell ? `logit ${shortNumber(cell.sample.logit)}, ` : !cell && 'not yet explained'}
        </span>
        {cell && 'plane' in cell ? (
          <>
            <Content input={input} cell={cell} extent={extent ?? cell.extent} />
            <Line input={input} cell={cell} extent={extent ?? cell.extent} />
          </>
        ) : (
          <span class={cell ? 'cell-fault small' : 'cell-waiting'}>{cell?.fault}</span>
        )}
      </button>
    </td>
  )
}

function Content({ input, cell, extent }: { readonly input: Input; readonly cell: Made; readonly extent: number }) {
  const of = ready.value.get(input.id)?.prepared
  const text = of && explainedText(of, cell.relevance)
  if (text) return <TextWords words={text.words} extent={extent} />
  const features = of && explainedRow(of, cell.relevance)
  if (!features) return <Heatmap input={input} cell={cell} extent={extent} />
  return (
    <span class="cell-bars">
      {features.slice(0, 12).map(({ name, relevance }) => (
        <span key={name}>
          <span class="small">{name}</span>
          <Bar relevance={relevance} extent={extent} />
        </span>
      ))}
    </span>
  )
}

function Heatmap({ input, cell, extent }: { readonly input: Input; readonly cell: Made; readonly extent: number }) {
  const { plane } = cell
  const strength = gamma.value
  const image = useMemo(() => paintHeatmap(plane, { extent, gamma: strength }), [plane, extent, strength])
  const at = pointed.value?.input === input.id ? pointed.value : undefined
  const point = (event: PointerEvent) => {
    const { left, top, width, height } = (event.currentTarget as HTMLElement).getBoundingClientRect()
    const place = (share: number, size: number) => Math.max(0, Math.min(size - 1, Math.floor(share * size)))
    pointed.value = {
      input: input.id,
      x: place((event.clientX - left) / width, plane.width),
      y: place((event.clientY - top) / height, plane.height),
    }
  }
  const leave = () => {
    pointed.value = undefined
  }
  const share = (value: number) => `${value * 100}%`
  return (
    <span class="cell-picture" onPointerMove={point} onPointerLeave={leave}>
      <PaintCanvas image={image} />
      {at && at.x < plane.width && at.y < plane.height && (
        <span
          class="cross"
          style={{ left: share((at.x + 0.5) / plane.width), top: share((at.y + 0.5) / plane.height) }}
        />
      )}
    </span>
  )
}

/** The line below: the value that is pointed at, else the sum. */
function Line({ input, cell, extent }: { readonly input: Input; readonly cell: Made; readonly extent: number }) {
  const { plane, sample } = cell
  const at = pointed.value
  if (at?.input === input.id && at.x < plane.width && at.y < plane.height) {
    const value = plane.values[at.y * plane.width + at.x] as number
    return (
      <span class="cell-line small">
        <span>R {signedNumber(value, 5)}</span>
        <span>
          {at.x}, {at.y}
        </span>
      </span>
    )
  }
  return (
    <span class="cell-line small" title={`Full colour: |R| = ${shortNumber(extent, 3)}`}>
      <span>ΣR {shortNumber(sample.relevanceSum)}</span>{' '}
      <span class={(sample.conservationError ?? 0) > exact ? 'off' : ''}>{deviation(sample)}</span>
    </span>
  )
}
