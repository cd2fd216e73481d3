/** Figure 2 of the paper: the plane of two inputs, one neuron's hinge, and where each rule finds its root. */

import './figure.css'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { NeuronRule, Pair } from '../../worker/protocol.ts'
import { scene as current, drawn, move } from './answer.ts'
import { type Frame, type Label, toPixels } from './geometry.ts'
import { Handle } from './handle.tsx'
import { HingeHandle } from './hinge-handle.tsx'
import { type Mark, Marks } from './marks.tsx'
import { Axes, Domain, Ground, Hinge, IsoLines, Sides } from './plane.tsx'
import { cornerOf, corners, extent, limits, type Scene, withCorner } from './scene.ts'
import { verdictOf } from './verdict.ts'
import { fixed, ruleWords, vector } from './words.ts'

/** The figure. It is drawn in the page's own pixels, so that its text has the page's size on every screen. */
export function Figure() {
  const host = useRef<HTMLFieldSetElement>(null)
  const [size, resize] = useState(560)
  useLayoutEffect(() => {
    const { current } = host
    if (!current) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry) resize(Math.round(entry.contentRect.width))
    })
    observer.observe(current)
    return () => observer.disconnect()
  }, [])
  const { scene } = drawn.value
  const frame: Frame = { size, extent }
  const marks = marksOf(scene)
  const middle = meanOf([scene.x, ...marks.map(({ root }) => root)])
  return (
    <fieldset class="roots-figure" ref={host}>
      <legend class="hidden">
        The plane of both inputs: drag what it shows, or move it with the arrow keys; with shift, farther
      </legend>
      <svg width={size} height={size} viewBox={`0 0 ${size} ${size}`} role="presentation">
        <defs>
          <pattern id="beyond" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <line class="roots-hatch" y2="9" />
          </pattern>
          <marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
            <path class="roots-arrow" d="M0 1L10 5L0 9Z" />
          </marker>
        </defs>
        <Ground scene={scene} frame={frame} />
        <Domain scene={scene} frame={frame} />
        <IsoLines scene={scene} frame={frame} away={middle} />
        <Axes frame={frame} />
        <Hinge scene={scene} frame={frame} away={middle} />
        <HingeHandle scene={scene} frame={frame} away={middle} />
        <Sides scene={scene} frame={frame} />
        <Marks marks={marks} scene={scene} frame={frame} taken={takenBy(scene, frame)} />
        <Handles scene={scene} frame={frame} />
      </svg>
    </fieldset>
  )
}

/** What is drawn of the rules that are shown. */
function marksOf(scene: Scene): readonly Mark[] {
  const { result } = drawn.value
  if (!result) return []
  return ruleWords.flatMap(({ id, name }): Mark[] => {
    const facts = result.facts[id]
    const verdict = verdictOf(id, scene, facts)
    const isDrawn = verdict.kind === 'inside' || verdict.kind === 'outside'
    if (!isDrawn || scene.hidden.includes(id)) return []
    return [{ rule: id, name, verdict, root: pairOf(facts.root), direction: pairOf(facts.direction) }]
  })
}

function pairOf([first = 0, second = 0]: readonly number[]): Pair {
  return [first, second]
}

function meanOf(points: readonly Pair[]): Pair {
  const sum = points.reduce(([a, b], [x, y]): Pair => [a + x, b + y], [0, 0] as Pair)
  return [sum[0] / points.length, sum[1] / points.length]
}

/** Where handles and their labels are. */
function takenBy(scene: Scene, frame: Frame): readonly Label[] {
  const near = ([x, y]: Pair): Label => ({ at: [x + 6, y - 4], width: 40 })
  const box = scene.domain === 'box' ? corners.map(corner => cornerOf(scene, corner)) : []
  const handles = [scene.x, scene.w, ...(isShown(scene, 'free') ? [scene.origin] : [])]
  return [
    ...box.map((point): Label => ({ at: toPixels(point, frame), width: 12 })),
    ...handles.map(point => near(toPixels(point, frame))),
  ]
}

function isShown(scene: Scene, rule: NeuronRule): boolean {
  return !scene.hidden.includes(rule)
}

function Handles({ scene, frame }: { readonly scene: Scene; readonly frame: Frame }) {
  const { x, w, origin, domain } = scene
  const [originLeft, originTop] = toPixels([0, 0], frame)
  const at = (point: Pair) => {
    const [left, top] = toPixels(point, frame)
    return `translate(${left} ${top})`
  }
  const [tipLeft, tipTop] = toPixels(w, frame)
  // Labels stand where no segment is: those lead the other way. Up is down on a screen.
  const length = Math.hypot(...w) || 1
  const ahead: Pair = [w[0] / length, -w[1] / length]
  const common = { frame }
  return (
    <>
      <line class="weights" x1={originLeft} y1={originTop} x2={tipLeft} y2={tipTop} marker-end="url(#arrow)" />
      {domain === 'box' &&
        corners.map(corner => {
          const point = cornerOf(scene, corner)
          return (
            <Handle
              {...common}
              key={corner.join()}
              kind="corner"
              label={`Corner of the box: ${corner[0] === 'low' ? 'l₁' : 'h₁'}, ${corner[1] === 'low' ? 'l₂' : 'h₂'}`}
              text={vector(point)}
              value={point[0]}
              most={extent}
              where={() => cornerOf(current.peek(), corner)}
              onMove={to => move(withCorner(current.peek(), corner, to))}
            >
              <rect class="hit" x="-14" y="-14" width="28" height="28" transform={at(point)} />
              <rect x="-4" y="-4" width="8" height="8" transform={at(point)} />
            </Handle>
          )
        })}
      <Handle
        {...common}
        kind="tip"
        label="Weights w"
        text={vector(w)}
        value={w[0]}
        most={limits.w}
        where={() => current.peek().w}
        onMove={to => move({ w: to })}
      >
        <circle class="hit" r="18" transform={at(w)} />
        <text transform={at(w)} x={ahead[0] * 12} y={ahead[1] * 12 + 5} text-anchor="middle">
          w
        </text>
      </Handle>
      {isShown(scene, 'free') && (
        <Handle
          {...common}
          kind="origin"
          label="Point x₀ of the free direction"
          text={vector(origin)}
          value={origin[0]}
          most={extent}
          where={() => current.peek().origin}
          onMove={to => move({ origin: to })}
        >
          <circle class="hit" r="18" transform={at(origin)} />
          <path d="M0 -6L6 0L0 6L-6 0Z" transform={at(origin)} />
          <text transform={at(origin)} x="10" y="-7">
            x
            <tspan class="subscript" dy="4">
              0
            </tspan>
          </text>
        </Handle>
      )}
      <Handle
        {...common}
        kind="point"
        label="Data point x"
        text={`${vector(x)}, z = ${fixed(drawn.value.result?.facts['w-square'].preactivation ?? Number.NaN)}`}
        value={x[0]}
        most={limits.x}
        where={() => current.peek().x}
        onMove={to => move({ x: to })}
      >
        <circle class="hit" r="20" transform={at(x)} />
        <circle r="7" transform={at(x)} />
        <text transform={at(x)} x={ahead[0] * 18} y={ahead[1] * 18 + 5} text-anchor="middle">
          x
        </text>
      </Handle>
    </>
  )
}
