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
const closest = 30
/** Pixels that the first number, which says what they all are, needs. */
const roomy = 48

/** Lines of equal activation on the side where it fires. */
export function IsoLines({ scene: { w, b }, frame, away }: PlaneProps & { readonly away: Pair }) {
  const perUnit = frame.size / (2 * extent) / Math.hypot(...w)
  const gap = [0.5, 1, 2].find(one => one * perUnit >= closest) ?? 4
  // Their numbers stand at the other end than the hinge's equation.
  const hinge = lineInSquare(w, b, extent)
  const isTurned = hinge !== undefined && farEnd(hinge, away)[0] === hinge[0]
  const lines = Array.from({ length: 40 }, (_, i) => (i + 1) * gap).flatMap(level => {
    const line = lineInSquare(w, b - level, extent)
    return line ? [{ level, line: isTurned ? ([line[1], line[0]] as const) : line }] : []
  })
  return (
    <g class="iso-lines">
      {lines.map(({ level, line }, i) => (
        <g key={level}>
          <Line segment={line} frame={frame} />
          {(i !== 1 || gap * perUnit >= roomy) && (
            <IsoLabel line={line} frame={frame} level={level} isFirst={i === 0} />
          )}
        </g>
      ))}
    </g>
  )
}

interface IsoLabelProps {
  readonly line: Segment
  readonly frame: Frame
  readonly level: number
  readonly isFirst: boolean
}

function IsoLabel({ line, frame, level, isFirst }: IsoLabelProps) {
  const [from, to] = [toPixels(line[0], frame), toPixels(line[1], frame)]
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  if (length < 80) return null
  const [x, y] = between(from, to, 18 / length)
  // Where the axes' names are.
  const middle = frame.size / 2
  if ((y < 24 && Math.abs(x - middle - 8) < 40) || (x > frame.size - 40 && Math.abs(y - middle + 8) < 20)) return null
  // Of the text's width.
  const half = isFirst ? 34 : 16
  return (
    <text x={Math.max(half, Math.min(frame.size - half, x))} y={y + 4} text-anchor="middle">
      {isFirst && (
        <>
          R
          <tspan class="subscript" dy="3">
            j
          </tspan>
          <tspan dy="-3"> = </tspan>
        </>
      )}
      {level}
    </text>
  )
}

/** Which side is which, said where it is most so. */
export function Sides({ scene: { w, b }, frame }: PlaneProps) {
  const corner = (sign: number): Pair => [w[0] * sign < 0 ? -extent : extent, w[1] * sign < 0 ? -extent : extent]
  const sides = [
    { at: corner(1), words: 'fires', isThere: Math.abs(w[0]) * extent + Math.abs(w[1]) * extent + b > 0 },
    { at: corner(-1), words: 'off', isThere: b - Math.abs(w[0]) * extent - Math.abs(w[1]) * extent <= 0 },
  ]
  return (
    <g class="sides">
      {sides
        .filter(({ isThere }) => isThere)
        .map(({ at, words }) => {
          const [x, y] = toPixels(at, frame)
          return (
            <text
              key={words}
              x={Math.max(12, Math.min(frame.size - 12, x))}
              y={Math.max(20, Math.min(frame.size - 12, y))}
              text-anchor={at[0] < 0 ? 'start' : 'end'}
            >
              {words}
            </text>
          )
        })}
    </g>
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
      <text
        x={scene.domain === 'box' ? right - 10 : left + 10}
        y={Math.max(0, top) + (scene.domain === 'box' ? 20 : 40)}
        text-anchor={scene.domain === 'box' ? 'end' : 'start'}
      >
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
