/** Something of the figure that is dragged: by pointer, or by arrow keys. */

import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import type { Pair } from '../../worker/protocol.ts'
import { type Frame, fromPixels } from './geometry.ts'
import { largeStep, step } from './scene.ts'

/** What is dragged. */
export interface HandleProps {
  readonly label: string
  /** Where it is, in words. */
  readonly text: string
  /** The number that assistive technology reads as its value: of a point, the first coordinate. */
  readonly value: number
  readonly most: number
  /** Where it is now: what is drawn may be a moment older. */
  readonly where: () => Pair
  readonly frame: Frame
  readonly onMove: (to: Pair) => void
  /** What arrow keys do; default: they move it by their step. */
  readonly onArrow?: (arrow: Pair, by: number) => void
  readonly kind: string
  readonly children: ComponentChildren
}

const arrows: Readonly<Record<string, Pair>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
}

/** The handle. What it looks like is its children; the first of them is what can be grabbed. */
export function Handle({ label, text, value, most, where, frame, onMove, onArrow, kind, children }: HandleProps) {
  const grabbed = useRef<Pair | undefined>(undefined)
  const pointOf = ({ currentTarget, clientX, clientY }: PointerEvent): Pair => {
    const { left, top } = (currentTarget as SVGGElement).ownerSVGElement?.getBoundingClientRect() ?? new DOMRect()
    return fromPixels([clientX - left, clientY - top], frame)
  }
  return (
    <g
      class={`handle ${kind}`}
      role="slider"
      tabindex={0}
      aria-label={label}
      aria-valuemin={-most}
      aria-valuemax={most}
      aria-valuenow={value}
      aria-valuetext={text}
      onPointerDown={(event: PointerEvent) => {
        if (event.button !== 0) return
        const target = event.currentTarget as SVGGElement
        const [x, y] = pointOf(event)
        // It moves by as much as the pointer, wherever it was grabbed.
        const at = where()
        grabbed.current = [at[0] - x, at[1] - y]
        target.setPointerCapture(event.pointerId)
        target.focus({ preventScroll: true })
        event.preventDefault()
      }}
      onPointerMove={(event: PointerEvent) => {
        const { current } = grabbed
        if (!current) return
        const [x, y] = pointOf(event)
        onMove([x + current[0], y + current[1]])
      }}
      onLostPointerCapture={() => {
        grabbed.current = undefined
      }}
      onKeyDown={(event: KeyboardEvent) => {
        const arrow = arrows[event.key]
        if (!arrow) return
        event.preventDefault()
        const by = event.shiftKey ? largeStep : step
        const at = where()
        if (onArrow) onArrow(arrow, by)
        else onMove([at[0] + arrow[0] * by, at[1] + arrow[1] * by])
      }}
    >
      {children}
    </g>
  )
}
