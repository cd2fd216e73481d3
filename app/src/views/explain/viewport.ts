/** What part of the pictures is looked at: one for all of them, so that they move together. Pure arithmetic. */

/** A magnification, and the corner of the part, as shares of the whole picture. */
export interface Viewport {
  readonly scale: number
  readonly x: number
  readonly y: number
}

/** The whole picture. */
export const whole: Viewport = { scale: 1, x: 0, y: 0 }

const largest = 64

/** Magnified about a point of the pane (shares of its sides), which stays where it is. */
export function zoomed(view: Viewport, factor: number, px = 0.5, py = 0.5): Viewport {
  const scale = Math.min(largest, Math.max(1, view.scale * factor))
  return kept({ scale, x: view.x + px / view.scale - px / scale, y: view.y + py / view.scale - py / scale })
}

/** Moved by shares of the pane. */
export function moved(view: Viewport, dx: number, dy: number): Viewport {
  return kept({ ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale })
}

/** Moved as little as brings a point (shares of the picture) into the middle three quarters. */
export function showing(view: Viewport, x: number, y: number): Viewport {
  const side = 1 / view.scale
  const margin = side / 8
  const near = (from: number, at: number) => Math.min(Math.max(from, at + margin - side), at - margin)
  return kept({ ...view, x: near(view.x, x), y: near(view.y, y) })
}

function kept({ scale, x, y }: Viewport): Viewport {
  const most = 1 - 1 / scale
  return { scale, x: Math.min(most, Math.max(0, x)), y: Math.min(most, Math.max(0, y)) }
}
