/** Panning and zooming of a drawing: what is moved is a group of an SVG; nothing here knows what it shows. */

import { type Signal, signal } from '@preact/signals'

/** Where the drawing is: its point p is seen at p·scale + (x, y). */
export interface Viewport {
  readonly x: number
  readonly y: number
  readonly scale: number
}

/** A size, or a box around a centre. */
interface Size {
  readonly width: number
  readonly height: number
}

const [least, most] = [0.1, 2.5]
/** Writing smaller than this is not read. */
const legible = 0.75

/** The viewport of one drawing. */
export class Pan {
  readonly at: Signal<Viewport> = signal({ x: 0, y: 0, scale: 1 })
  #frame: Size = { width: 1, height: 1 }
  #drawing: Size = { width: 1, height: 1 }
  readonly #pointers = new Map<number, { x: number; y: number }>()
  #moved = 0

  /** Says how large frame and drawing are; whether that is news. */
  resize(frame: Size, drawing: Size): boolean {
    const isNews = drawing !== this.#drawing || Math.abs(frame.width - this.#frame.width) > 1
    this.#frame = frame
    this.#drawing = drawing
    return isNews
  }

  /** All of it. */
  fit(floor = least): void {
    const { width, height } = this.#frame
    const scale = Math.max(floor, Math.min(1, width / this.#drawing.width, height / this.#drawing.height))
    this.#set({
      scale,
      x: Math.max(0, (width - this.#drawing.width * scale) / 2),
      y: Math.max(0, (height - this.#drawing.height * scale) / 2),
    })
  }

  /** As much of it as can be read. */
  begin(): void {
    this.fit(legible)
  }

  /** Closer, around a point of the frame; the middle by default. */
  zoom(factor: number, x = this.#frame.width / 2, y = this.#frame.height / 2): void {
    const before = this.at.peek()
    const scale = Math.max(least, Math.min(most, before.scale * factor))
    const ratio = scale / before.scale
    this.#set({ scale, x: x - (x - before.x) * ratio, y: y - (y - before.y) * ratio })
  }

  /** Moves it. */
  by(dx: number, dy: number): void {
    const { x, y, scale } = this.at.peek()
    this.#set({ scale, x: x + dx, y: y + dy })
  }

  /** Brings a box of the drawing into sight. */
  show({ x, y }: { readonly x: number; readonly y: number }, { width, height }: Size): void {
    const { scale, ...now } = this.at.peek()
    const margin = 16
    const shift = (centre: number, size: number, offset: number, room: number) => {
      const low = (centre - size / 2) * scale + offset
      const high = (centre + size / 2) * scale + offset
      if (low < margin) return margin - low
      return high > room - margin ? Math.max(margin - low, room - margin - high) : 0
    }
    const dx = shift(x, width, now.x, this.#frame.width)
    const dy = shift(y, height, now.y, this.#frame.height)
    if (dx !== 0 || dy !== 0) this.by(dx, dy)
  }

  /** Never lets go of the whole drawing. */
  #set({ x, y, scale }: Viewport): void {
    const keep = 48
    const within = (at: number, size: number, room: number) => Math.min(room - keep, Math.max(keep - size * scale, at))
    this.at.value = {
      scale,
      x: within(x, this.#drawing.width, this.#frame.width),
      y: within(y, this.#drawing.height, this.#frame.height),
    }
  }

  /** A pointer goes down. */
  down(event: PointerEvent): void {
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY })
    this.#moved = 0
  }

  /** A pointer moves: one pans, two pinch. */
  move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId)
    if (!before) return
    const [dx, dy] = [event.clientX - before.x, event.clientY - before.y]
    this.#moved += Math.hypot(dx, dy)
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1]
    if (other) {
      const distance = Math.hypot(event.clientX - other.x, event.clientY - other.y)
      const frame = (event.currentTarget as Element).getBoundingClientRect()
      const factor = distance / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y))
      this.zoom(factor, (event.clientX + other.x) / 2 - frame.left, (event.clientY + other.y) / 2 - frame.top)
    } else if (this.hasMoved) {
      // Until it is clear that this is no click, the click's target must keep the pointer.
      ;(event.currentTarget as Element).setPointerCapture(event.pointerId)
      this.by(dx, dy)
    }
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY })
  }

  /** A pointer goes up. */
  up(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId)
  }

  /** Whether the last press was more than a click. */
  get hasMoved(): boolean {
    return this.#moved > 4
  }
}
