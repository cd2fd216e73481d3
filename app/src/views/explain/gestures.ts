/** Pointer, wheel and keys on a picture: they move the common part and the place that is read. */

import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'
import { plane } from '../../state/explanation.ts'
import { cursor, type Place, viewport } from './stage-state.ts'
import { moved, showing, whole, zoomed } from './viewport.ts'

interface Point {
  readonly x: number
  readonly y: number
}

/** Makes a pane listen, to keys too. The wheel's listener must be allowed to keep the page from scrolling, which only this way does. */
export function useGestures(pane: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const { current } = pane
    if (!current) return undefined
    current.tabIndex = 0
    const pointers = new Map<number, Point>()
    const share = ({ clientX, clientY }: MouseEvent): Point => {
      const { left, top, width, height } = current.getBoundingClientRect()
      return { x: (clientX - left) / width, y: (clientY - top) / height }
    }
    const listeners = {
      wheel: (event: WheelEvent) => {
        event.preventDefault()
        const { x, y } = share(event)
        viewport.value = zoomed(viewport.peek(), Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.002)), x, y)
        cursor.value = placeAt({ x, y })
      },
      pointerdown: (event: PointerEvent) => {
        current.setPointerCapture(event.pointerId)
        pointers.set(event.pointerId, share(event))
        cursor.value = placeAt(share(event))
      },
      pointermove: (event: PointerEvent) => {
        const [now, before] = [share(event), pointers.get(event.pointerId)]
        cursor.value = placeAt(now)
        if (!before) return
        pointers.set(event.pointerId, now)
        const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1]
        viewport.value = other
          ? pinched(before, now, other)
          : moved(viewport.peek(), now.x - before.x, now.y - before.y)
      },
      pointerup: (event: PointerEvent) => pointers.delete(event.pointerId),
      pointercancel: (event: PointerEvent) => pointers.delete(event.pointerId),
      pointerleave: () => {
        if (document.activeElement !== current) cursor.value = undefined
      },
      keydown: (event: KeyboardEvent) => {
        if (!event.ctrlKey && !event.metaKey && !event.altKey && pressed(event)) event.preventDefault()
      },
    }
    for (const [name, listener] of Object.entries(listeners)) {
      current.addEventListener(name, listener as EventListener, { passive: false })
    }
    return () => {
      for (const [name, listener] of Object.entries(listeners))
        current.removeEventListener(name, listener as EventListener)
    }
  }, [pane])
}

/** One finger moves while the other stays: the middle of both, and their distance, tell what is meant. */
function pinched(before: Point, now: Point, other: Point) {
  const distance = (a: Point) => Math.hypot(a.x - other.x, a.y - other.y) || 1e-6
  const zoomedIn = zoomed(
    viewport.peek(),
    distance(now) / distance(before),
    (now.x + other.x) / 2,
    (now.y + other.y) / 2,
  )
  return moved(zoomedIn, (now.x - before.x) / 2, (now.y - before.y) / 2)
}

/** The place of the plane under a point of the pane. */
function placeAt({ x, y }: Point): Place | undefined {
  const shown = plane.peek()
  if (!shown || x < 0 || y < 0 || x >= 1 || y >= 1) return undefined
  const { scale, x: left, y: top } = viewport.peek()
  return {
    x: Math.min(shown.width - 1, Math.floor((left + x / scale) * shown.width)),
    y: Math.min(shown.height - 1, Math.floor((top + y / scale) * shown.height)),
  }
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** Does what a key asks for; false where it asks for nothing here. */
function pressed({ key, shiftKey }: KeyboardEvent): boolean {
  const shown = plane.peek()
  if (!shown) return false
  const step = steps[key]
  if (step) {
    const at = cursor.peek() ?? { x: Math.floor(shown.width / 2), y: Math.floor(shown.height / 2) }
    const stride = shiftKey ? 8 : 1
    const to = (from: number, by: number, size: number) => Math.min(size - 1, Math.max(0, from + by * stride))
    cursor.value = { x: to(at.x, step[0], shown.width), y: to(at.y, step[1], shown.height) }
    const { x, y } = cursor.value
    viewport.value = showing(viewport.peek(), (x + 0.5) / shown.width, (y + 0.5) / shown.height)
    return true
  }
  if (key === '+' || key === '=') viewport.value = zoomed(viewport.peek(), 1.5)
  else if (key === '-') viewport.value = zoomed(viewport.peek(), 1 / 1.5)
  else if (key === '0') viewport.value = whole
  else return false
  return true
}
