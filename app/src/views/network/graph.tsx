/** The network as a graph of boxes: a list of layers to whoever hears it, a drawing that is panned and zoomed to whoever sees it. */

import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { LayoutResult } from '../../worker/protocol.ts'
import type { Block } from './blocks.ts'
import { GraphBox } from './graph-box.tsx'
import { boxSize, current, drawing, flow, isNarrow, lookAt, network, nodeOf } from './state.ts'
import { Pan } from './viewport.ts'

const pan = new Pan()

/** The graph with its buttons. */
export function Graph() {
  const [blocks, layout] = [network.value?.blocks, drawing.value]
  if (!blocks || !layout || !blocks.every(({ id }) => layout.nodes.has(nodeOf(id)))) {
    return <p class="loading graph-frame">Looking at the layers…</p>
  }
  return (
    <div class="graph">
      <fieldset class="graph-tools">
        <legend class="hidden">Zoom</legend>
        <button type="button" aria-label="Closer" onClick={() => pan.zoom(1.25)}>
          +
        </button>
        <button type="button" aria-label="Farther" onClick={() => pan.zoom(0.8)}>
          −
        </button>
        <button type="button" onClick={() => pan.fit()}>
          Fit
        </button>
      </fieldset>
      <Drawing blocks={blocks} layout={layout} />
    </div>
  )
}

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

interface DrawingProps {
  readonly blocks: readonly Block[]
  readonly layout: LayoutResult
}

function Drawing({ blocks, layout }: DrawingProps) {
  const frame = useRef<HTMLDivElement>(null)
  useFrame(frame, layout)
  const index = current.value
  useEffect(() => {
    const at = layout.nodes.get(nodeOf(blocks[index]?.id ?? ''))
    if (at) pan.show(at, boxSize.peek())
  }, [index, layout, blocks])
  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event
    const to = { Home: 0, End: blocks.length - 1 }[key] ?? (key in steps ? current.peek() + (steps[key] as number) : -1)
    if (key === '+') pan.zoom(1.25)
    else if (key === '-') pan.zoom(0.8)
    else if (key === '0') pan.fit()
    else if (to < 0 && !(key in steps)) return
    else lookAt(to)
    event.preventDefault()
  }
  return (
    <div
      ref={frame}
      class={`graph-frame ${isNarrow.value ? 'tall' : ''}`}
      role="listbox"
      aria-label="Layers, from the input to the output"
      aria-activedescendant={`box-${index}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={event => pan.down(event)}
      onPointerMove={event => pan.move(event)}
      onPointerUp={event => pan.up(event)}
      onPointerCancel={event => pan.up(event)}
    >
      <Moved>
        <Edges layout={layout} />
        {blocks.map((block, i) => (
          <GraphBox
            key={block.id}
            block={block}
            index={i}
            count={blocks.length}
            at={layout.nodes.get(nodeOf(block.id)) ?? { x: 0, y: 0 }}
            summary={flow.value?.layers.get(block.id)}
            isCurrent={i === index}
            onChoose={() => {
              if (!pan.hasMoved) lookAt(i)
            }}
          />
        ))}
      </Moved>
    </div>
  )
}

function Edges({ layout: { width, height, edges } }: Pick<DrawingProps, 'layout'>) {
  return (
    <svg class="edges" width={width} height={height} role="presentation">
      {edges.map(({ from, to, points }) => (
        <path key={`${from}→${to}`} d={`M${points.map(({ x, y }) => `${x},${y}`).join('L')}`} />
      ))}
    </svg>
  )
}

/** Only this is drawn anew when the drawing moves. */
function Moved({ children }: { readonly children: ComponentChildren }) {
  const { x, y, scale } = pan.at.value
  return (
    <div class="moved" style={{ transform: `translate(${x}px, ${y}px) scale(${scale})` }}>
      {children}
    </div>
  )
}

/** Keeps the viewport in step with the size of its frame; the wheel zooms with Ctrl, as pinching does, and pans sideways. */
function useFrame(frame: { readonly current: HTMLDivElement | null }, layout: LayoutResult): void {
  useLayoutEffect(() => {
    const { current: element } = frame
    if (!element) return
    const measure = () => {
      if (!pan.resize({ width: element.clientWidth, height: element.clientHeight }, layout)) return
      pan.begin()
      const { blocks = [] } = network.peek() ?? {}
      const at = layout.nodes.get(nodeOf(blocks[current.peek()]?.id ?? ''))
      if (at) pan.show(at, boxSize.peek())
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    const onWheel = (event: WheelEvent) => {
      const { left, top } = element.getBoundingClientRect()
      if (event.ctrlKey || event.metaKey) {
        pan.zoom(Math.exp(-event.deltaY * 0.002), event.clientX - left, event.clientY - top)
      } else if (event.deltaX !== 0 || event.shiftKey) {
        pan.by(-(event.deltaX || event.deltaY), 0)
      } else return
      event.preventDefault()
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => {
      observer.disconnect()
      element.removeEventListener('wheel', onWheel)
    }
  }, [frame, layout])
}
