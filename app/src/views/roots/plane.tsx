/** The plane of both inputs: the side where the neuron fires, its iso-lines, the hinge, the axes, the domain. */

import type { Pair } from '../../worker/protocol.ts'
import { between, type Frame, firingSide, lineInSquare, type Segment, toPixels } from './geometry.ts'
import { boundsOf, extent, type Scene } from './scene.ts'
import { fixed } from './words.ts'

/** What is below everything else. */
export function Ground({ scene: { w, b }, frame }: PlaneProps) {
  const side = firingSide(w, b, extent)
  const points = side.map(point => toPixels(point, frame).join(',')).join(' ')
  return (
    <>
      <rect class="off-side" width={frame.size} height={frame.size} />
      {points && <polygon class="on-side" points={points} />}
    </>
  )
}

interface PlaneProps {
  readonly scene: Scene
  readonly frame: Frame
}

/** Both axes, with a tick at every whole number. */
export function Axes({ frame }: { readonly frame: Frame }) {
  const ticks = [-2, -1, 1, 2]
  const [right, middle] = toPixels([extent, 0], frame)
  const [centre] = toPixels([0, 0], frame)
  return (
    <g class="axes">
      <path d={`M0 ${middle}H${right}M${centre} 0V${frame.size}`} />
      {ticks.map(tick => {
        const [x, y] = [toPixels([tick, 0], frame)[0], toPixels([0, tick], frame)[1]]
        return (
          <g key={tick}>
            <path d={`M${x} ${middle - 3}v6M${centre - 3} ${y}h6`} />
            <text x={x} y={middle + 16} text-anchor="middle">
              {fixed(tick, 0)}
            </text>
            <text x={centre - 8} y={y + 4} text-anchor="end">
              {fixed(tick, 0)}
            </text>
          </g>
        )
      })}
      <text class="variable" x={right - 6} y={middle - 8} text-anchor="end">
        x₁
      </text>
      <text class="variable" x={centre + 8} y={14}>
        x₂
      </text>
    </g>
  )
}

/** Pixels between two iso-lines, at least. */
const closest = 26

/** Lines of equal activation on the side where it fires. */
export function IsoLines({ scene: { w, b }, frame }: PlaneProps) {
  const perUnit = frame.size / (2 * extent) / Math.hypot(...w)
  const gap = [0.25, 0.5, 1, 2].find(one => one * perUnit >= closest) ?? 4
  const lines = Array.from({ length: 40 }, (_, i) => (i + 1) * gap).flatMap(level => {
    const line = lineInSquare(w, b - level, extent)
    return line ? [{ level, line }] : []
  })
  return (
    <g class="iso-lines">
      {lines.map(({ level, line }, i) => (
        <g key={level}>
          <Line segment={line} frame={frame} />
          <IsoLabel line={line} frame={frame} text={i === 0 ? `R_j = ${level}` : String(level)} />
        </g>
      ))}
    </g>
  )
}

function IsoLabel({ line, frame, text }: { readonly line: Segment; readonly frame: Frame; readonly text: string }) {
  const [from, to] = [toPixels(line[0], frame), toPixels(line[1], frame)]
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  if (length < 80) return null
  const [x, y] = between(from, to, (text.length > 4 ? 34 : 18) / length)
  return (
    <text x={x} y={y + 4} text-anchor="middle">
      {text}
    </text>
  )
}

/** The hinge, with its equation along it. `away` is where labels are already. */
export function Hinge({ scene: { w, b }, frame, away }: PlaneProps & { readonly away: Pair }) {
  const line = lineInSquare(w, b, extent)
  if (!line) return null
  const far = farEnd(line, away)
  const [from, to] = far.map(point => toPixels(point, frame)) as unknown as Segment
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  // Text reads from left to right.
  const turn = Math.atan2(to[1] - from[1], to[0] - from[0])
  const isBackwards = Math.abs(turn) > Math.PI / 2
  const angle = ((isBackwards ? turn - Math.sign(turn) * Math.PI : turn) * 180) / Math.PI
  const [x, y] = between(from, to, Math.min(0.4, 36 / length))
  // On the side where it is off: w points the other way, and down is up on a screen.
  const off: Pair = [-w[0] / Math.hypot(...w), w[1] / Math.hypot(...w)]
  return (
    <g class="hinge">
      <Line segment={line} frame={frame} />
      {length > 150 && (
        <text
          transform={`translate(${x + off[0] * 12} ${y + off[1] * 12 + 4}) rotate(${angle})`}
          text-anchor={isBackwards ? 'end' : 'start'}
        >
          w·x + b = 0
        </text>
      )}
    </g>
  )
}

/** The line, beginning with the end that is farther away. */
export function farEnd([from, to]: Segment, away: Pair): Segment {
  const distance = (end: Pair) => Math.hypot(end[0] - away[0], end[1] - away[1])
  return distance(from) >= distance(to) ? [from, to] : [to, from]
}

/** What is not the domain, hatched, and the domain's border. */
export function Domain({ scene, frame }: PlaneProps) {
  if (scene.domain === 'real') return null
  const { low, high } = boundsOf(scene)
  const cut = (value: number) => Math.max(-extent - 1, Math.min(extent + 1, value))
  const [left, bottom] = toPixels([cut(low[0]), cut(low[1])], frame)
  const [right, top] = toPixels([cut(high[0]), cut(high[1])], frame)
  const inner = `M${left} ${top}H${right}V${bottom}H${left}Z`
  const name = scene.domain === 'box' ? 'box' : 'ℝ₊²'
  return (
    <g class="domain">
      <path class="beyond" fill-rule="evenodd" d={`M0 0H${frame.size}V${frame.size}H0Z${inner}`} />
      <path class="border" d={inner} />
      <text x={Math.min(right, frame.size) - 8} y={Math.max(0, top) + 18} text-anchor="end">
        {name}
      </text>
    </g>
  )
}

/** A straight line. */
export function Line({ segment: [from, to], frame }: { readonly segment: Segment; readonly frame: Frame }) {
  const [[x1, y1], [x2, y2]] = [toPixels(from, frame), toPixels(to, frame)]
  return <line x1={x1} y1={y1} x2={x2} y2={y2} />
}
