/** The hinge as something to drag: across, which changes the bias. */

import type { Pair } from '../../worker/protocol.ts'
import { scene as current, move } from './answer.ts'
import { between, type Frame, lineInSquare, toPixels } from './geometry.ts'
import { Handle } from './handle.tsx'
import { farEnd, Line } from './plane.tsx'
import { extent, limits, type Scene } from './scene.ts'
import { fixed } from './words.ts'

/** The handle; a grip near the end that is farther from where the roots are. */
export function HingeHandle({
  scene: { w, b },
  frame,
  away,
}: {
  readonly scene: Scene
  readonly frame: Frame
  readonly away: Pair
}) {
  const line = lineInSquare(w, b, extent)
  if (!line) return null
  const [from, to] = farEnd(line, away)
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  const grip = between(from, to, Math.min(0.5, (18 / frame.size) * ((2 * extent) / length)))
  const [left, top] = toPixels(grip, frame)
  return (
    <Handle
      kind="bias"
      label="Hinge; moves with the bias b"
      text={`b = ${fixed(b)}`}
      value={b}
      most={limits.b}
      where={() => grip}
      frame={frame}
      // The line through the point, with the same weights.
      onMove={([x1, x2]) => move({ b: -(w[0] * x1 + w[1] * x2) })}
      onArrow={([right, up], by) => move({ b: current.peek().b + (right + up) * by })}
    >
      <g class="hit">
        <Line segment={line} frame={frame} />
      </g>
      <circle r="5" cx={left} cy={top} />
    </Handle>
  )
}
