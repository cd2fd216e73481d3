/** The backward pass as an animation: a slider over the layers, and a button that goes back through them by itself. */

import { useEffect } from 'preact/hooks'
import { AuditStrip } from './audit-strip.tsx'
import { shortened } from './blocks.ts'
import { block, current, isPlaying, lookAt, network } from './state.ts'

/** Milliseconds a layer is shown; the whole way takes a few seconds in large networks too. */
const [longest, wholeWay] = [700, 12_000]

/** The slider, its buttons, and the books above it. */
export function Scrubber() {
  const count = network.value?.blocks.length ?? 1
  const [at, playing] = [current.value, isPlaying.value]
  useEffect(() => {
    if (!playing) return
    const timer = setInterval(
      () => {
        lookAt(current.peek() - 1)
        if (current.peek() === 0) isPlaying.value = false
      },
      Math.min(longest, wholeWay / count),
    )
    return () => clearInterval(timer)
  }, [playing, count])
  useEffect(
    () => () => {
      isPlaying.value = false
    },
    [],
  )
  const title = block.value?.title ?? ''
  return (
    <section class="card scrubber" aria-label="Backward pass">
      <div class="row spread">
        <h2>Backward pass</h2>
        <div class="row">
          <button type="button" disabled={at === 0} onClick={() => lookAt(at - 1)}>
            ← Back one layer
          </button>
          <PlayButton />
          <button type="button" disabled={at === count - 1} onClick={() => lookAt(at + 1)}>
            Forth →
          </button>
        </div>
        <p class="small" aria-live={playing ? 'off' : 'polite'}>
          {shortened(title, 40)},{' '}
          {at === count - 1
            ? 'where relevance starts'
            : at === 0
              ? 'where it arrives'
              : `${count - 1 - at} of ${count - 1} steps back`}
        </p>
      </div>
      <AuditStrip>
        <input
          type="range"
          class="scrub"
          style={{ '--count': String(count) }}
          aria-label="Layer"
          aria-valuetext={`${title}, ${count - 1 - at} of ${count - 1} steps back from the output`}
          min={0}
          max={Math.max(1, count - 1)}
          value={at}
          onInput={event => {
            isPlaying.value = false
            lookAt(Number(event.currentTarget.value))
          }}
        />
      </AuditStrip>
    </section>
  )
}

/** Nothing moves by itself for whoever asked for that: the buttons beside it go the same way step by step. */
function PlayButton() {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return null
  const playing = isPlaying.value
  return (
    <button
      type="button"
      class="primary"
      onClick={() => {
        if (!playing && current.peek() === 0) lookAt(Number.POSITIVE_INFINITY)
        isPlaying.value = !playing
      }}
    >
      {playing ? 'Pause' : 'Play'}
    </button>
  )
}
