/** Root points, the segments on which they are searched, and their labels. */

import type { NeuronRule, Pair } from '../../worker/protocol.ts'
import { between, type Frame, free, inSquare, type Label, type Segment, toPixels } from './geometry.ts'
import { Line } from './plane.tsx'
import { extent, type Scene } from './scene.ts'
import type { Verdict } from './verdict.ts'
import { domainName } from './words.ts'

/** A rule's root as it is drawn. */
export interface Mark {
  readonly rule: NeuronRule
  readonly name: string
  readonly verdict: Verdict
  readonly root: Pair
  readonly direction: Pair
}

interface MarksProps {
  readonly marks: readonly Mark[]
  readonly scene: Scene
  readonly frame: Frame
  /** What labels must not cover. */
  readonly taken: readonly Label[]
}

/** All of them; the rule whose derivation is written out comes last, on top. */
export function Marks({ marks, scene, frame, taken }: MarksProps) {
  const size = Math.hypot(...scene.w)
  const away: Pair = [-scene.w[0] / size, scene.w[1] / size]
  const ordered = [...marks].sort((a, b) => Number(a.rule === scene.chosen) - Number(b.rule === scene.chosen))
  const placed: Label[] = [...taken, ...marks.map(({ root }) => ({ at: toPixels(root, frame), width: 14 }))]
  const labels = new Map(
    marks.map(mark => {
      const text = labelText(mark, scene)
      const anchor = anchorOf(mark, scene, frame)
      const width = text.length * 7.5 + 6
      const start: Pair = [anchor[0] + away[0] * (12 + width / 2), anchor[1] + away[1] * 18]
      const label = free({ at: start, width }, away, placed, frame.size)
      placed.push(label)
      return [mark.rule, { text, label, anchor }]
    }),
  )
  return (
    <g class="marks">
      {ordered.map(mark => (
        <MarkLines key={mark.rule} mark={mark} scene={scene} frame={frame} />
      ))}
      {ordered.map(mark => (
        <RootPoint key={mark.rule} mark={mark} frame={frame} isChosen={mark.rule === scene.chosen} />
      ))}
      {ordered.map(({ rule }) => {
        const { text, label, anchor } = labels.get(rule) as NonNullable<ReturnType<typeof labels.get>>
        // The edge of the text that is nearer to the root.
        const edge = Math.max(label.at[0] - label.width / 2, Math.min(label.at[0] + label.width / 2, anchor[0]))
        return (
          <g key={rule} class={rule === scene.chosen ? 'tag chosen' : 'tag'}>
            {Math.hypot(edge - anchor[0], label.at[1] - anchor[1]) > 28 && (
              <line x1={anchor[0]} y1={anchor[1]} x2={edge} y2={label.at[1]} />
            )}
            <text x={label.at[0]} y={label.at[1] + 5} text-anchor="middle">
              {text}
            </text>
          </g>
        )
      })}
    </g>
  )
}

function labelText({ name, verdict, root }: Mark, { domain }: Scene): string {
  const place = isSeen(root) ? '' : ' beyond the figure'
  return verdict.kind === 'outside' ? `${name} outside ${domainName(domain)}${place}` : `${name}${place}`
}

/** Where a label belongs: at the root, or where its segment leaves the figure. */
function anchorOf({ root }: Mark, { x }: Scene, frame: Frame): Pair {
  return toPixels(inSquare([x, root], extent)?.[1] ?? root, frame)
}

function isSeen(root: Pair): boolean {
  return root.every(value => Math.abs(value) <= extent)
}

/** From x to the root, and on to what the direction points to (t = 1), where it points to something. */
function MarkLines({ mark, scene, frame }: { readonly mark: Mark; readonly scene: Scene; readonly frame: Frame }) {
  const { rule, root, direction } = mark
  const { x } = scene
  const end: Pair = [x[0] - direction[0], x[1] - direction[1]]
  const searched = inSquare([x, root], extent)
  const further = rule === 'w-square' ? undefined : inSquare([x, end], extent)
  const [left, top] = toPixels(end, frame)
  return (
    <g class={`search ${rule}${rule === scene.chosen ? ' chosen' : ''}`}>
      {further && (
        <g class="further">
          <Line segment={further} frame={frame} />
          {rule !== 'free' && <circle cx={left} cy={top} r="2.5" />}
        </g>
      )}
      {searched && <Line segment={short(searched, frame)} frame={frame} />}
    </g>
  )
}

/** Up to the edge of the root's mark. */
function short([from, to]: Segment, { size }: Frame): Segment {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  const radius = (5 / size) * 2 * extent
  return [from, between(from, to, length > radius ? 1 - radius / length : 1)]
}

/** A full circle in the domain; a crossed one outside: not told by colour. */
function RootPoint({
  mark,
  frame,
  isChosen,
}: {
  readonly mark: Mark
  readonly frame: Frame
  readonly isChosen: boolean
}) {
  const [x, y] = toPixels(mark.root, frame)
  const isOutside = mark.verdict.kind === 'outside'
  return (
    <g class={`root ${mark.verdict.kind}${isChosen ? ' chosen' : ''}`} transform={`translate(${x} ${y})`}>
      <circle r={isChosen ? 6 : 5} />
      {isOutside && <path d="M-3.5 -3.5L3.5 3.5M-3.5 3.5L3.5 -3.5" />}
    </g>
  )
}
