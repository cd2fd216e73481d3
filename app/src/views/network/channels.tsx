/** Relevance by channel: small multiples of one colour scale, the most relevant first; vectors as bars. */

import { useState } from 'preact/hooks'
import type { FloatTensor, Plane } from '../../../../src/web.ts'
import { planeOf } from '../../../../src/web.ts'
import { percent, shortNumber } from '../../render/numbers.ts'
import { model } from '../../state/model.ts'
import { theInput } from '../../worker/protocol.ts'
import { placeIn } from './place.ts'
import { PlaneCanvas } from './plane-canvas.tsx'
import { byRelevance, indexOf, placeOf } from './ranked.ts'
import { block, flow, lookAtNeuron, neuron, summary, tensor } from './state.ts'

const [firstMany, more] = [24, 48]

/** The channels of the layer that is looked at. */
export function Channels() {
  const [open, found, loaded] = [block.value, summary.value, tensor.value]
  const id = open?.id
  const [shownOf, setShown] = useState({ id, count: firstMany })
  const count = shownOf.id === id ? shownOf.count : firstMany
  if (!open || !found) return null
  const isVector = found.dims.length === 1 || found.plane.values.length === 1
  const order = byRelevance(found.channels)
  const value = loaded && loaded.layer === id && loaded.of === flow.value ? loaded.value : undefined
  const isLast = model.value?.facts.geometry?.layout === 'NHWC' && id === theInput
  const shown = order.slice(0, count)
  const what = isVector ? 'neurons' : 'channels'
  return (
    <section class="card channels" aria-label="Channels">
      <div class="row spread">
        <h2>
          {open.title} by {isVector ? 'neuron' : 'channel'}
        </h2>
        <span class="small">
          {order.length} {what}, ΣR {shortNumber(found.sum, 5)}
        </span>
      </div>
      {isVector ? (
        <Bars order={shown} channels={found.channels} sum={found.sum} rank={found.dims.length} />
      ) : (
        value && <Tiles order={shown} tensor={value} channels={found.channels} sum={found.sum} isLast={isLast} />
      )}
      {count < order.length && (
        <button type="button" onClick={() => setShown({ id, count: count + more })}>
          More: {order.length - count} less relevant {what}
        </button>
      )}
    </section>
  )
}

interface Shown {
  readonly order: readonly number[]
  readonly channels: Float32Array
  readonly sum: number
}

function Tiles({
  order,
  tensor: whole,
  channels,
  sum,
  isLast,
}: Shown & { readonly tensor: FloatTensor; readonly isLast: boolean }) {
  const planes = order.map(channel => ({ channel, plane: planeOfChannel(whole, channel, isLast) }))
  const extent = Math.max(0, ...planes.map(({ plane }) => plane.extent))
  const [places, own] = [isLast ? whole.dims.slice(0, -1) : whole.dims.slice(1), neuron.value]
  const choose = (channel: number, plane: Plane, x: number, y: number) => {
    const place = placeIn(plane, x, y, whole.dims)
    lookAtNeuron(isLast ? [...place, channel] : [channel, ...place])
  }
  return (
    <>
      <p class="small">
        One scale for all: full colour is |R| = {shortNumber(extent)}. Click a place to look at its neuron; with the
        keyboard, Enter takes the channel’s strongest.
      </p>
      <ol class="tiles">
        {planes.map(({ channel, plane }) => {
          const isOwn = own?.layer === block.value?.id && own?.at[isLast ? own.at.length - 1 : 0] === channel
          return (
            <li key={channel}>
              <button
                type="button"
                class="tile"
                aria-pressed={isOwn}
                onClick={event => {
                  const canvas = event.currentTarget.querySelector('canvas')?.getBoundingClientRect()
                  if (event.detail === 0 || !canvas) {
                    const strongest = plane.values.reduce(
                      (best, v, i) => (Math.abs(v) > Math.abs(plane.values[best] as number) ? i : best),
                      0,
                    )
                    choose(channel, plane, strongest % plane.width, Math.floor(strongest / plane.width))
                    return
                  }
                  const at = (offset: number, size: number, count: number) =>
                    Math.max(0, Math.min(count - 1, Math.floor((offset / size) * count)))
                  choose(
                    channel,
                    plane,
                    at(event.clientX - canvas.left, canvas.width, plane.width),
                    at(event.clientY - canvas.top, canvas.height, plane.height),
                  )
                }}
              >
                <span class="tile-map">
                  <PlaneCanvas plane={plane} extent={extent} />
                  {isOwn && places.length === 2 && own && (
                    <span class="tile-mark" style={markOf(isLast ? own.at.slice(0, -1) : own.at.slice(1), places)} />
                  )}
                </span>
                <span class="tile-words">
                  <span>
                    <span class="hidden">Channel </span>
                    {channel}
                  </span>{' '}
                  <span>{percent((channels[channel] as number) / sum)}</span>
                </span>{' '}
                <span class="tile-sum">ΣR {shortNumber(channels[channel] as number)}</span>
              </button>
            </li>
          )
        })}
      </ol>
    </>
  )
}

function markOf(place: readonly number[], sizes: readonly number[]) {
  const [row = 0, column = 0] = place
  const [height = 1, width = 1] = sizes
  return {
    left: `${(column / width) * 100}%`,
    top: `${(row / height) * 100}%`,
    width: `${100 / width}%`,
    height: `${100 / height}%`,
  }
}

/** Bars to both sides of zero. */
function Bars({ order, channels, sum, rank }: Shown & { readonly rank: number }) {
  const extent = Math.max(0, ...channels.map(Math.abs))
  const labels = isOutput() ? model.value?.labels : undefined
  const own = neuron.value
  return (
    <>
      <p class="small">The longest bar is |R| = {shortNumber(extent)}. Choose a neuron to look at its messages.</p>
      <ol class="bars">
        {order.map(channel => {
          const value = channels[channel] as number
          const name = labels?.[channel] ?? String(channel)
          const isOwn = own?.layer === block.value?.id && own?.at[0] === channel
          return (
            <li key={channel}>
              <button
                type="button"
                class="bar-row"
                aria-pressed={isOwn}
                onClick={() => lookAtNeuron([channel, ...Array.from({ length: rank - 1 }, () => 0)])}
              >
                <span class="bar-name">
                  <span class="hidden">Neuron </span>
                  {name}
                </span>{' '}
                <Track value={value} extent={extent} />
                <span class="bar-value">{shortNumber(value)}</span>{' '}
                <span class="bar-share">{percent(value / sum)}</span>
              </button>
            </li>
          )
        })}
      </ol>
    </>
  )
}

/** A bar of one value; red to the right is for, blue is against. */
export function Track({ value, extent }: { readonly value: number; readonly extent: number }) {
  const share = extent > 0 ? Math.min(1, Math.abs(value) / extent) : 0
  return (
    <span class="track" aria-hidden="true">
      <span class={value < 0 ? 'against' : 'for'} style={{ width: `${share * 100}%` }} />
    </span>
  )
}

function isOutput(): boolean {
  const blocks = block.value
  return (
    blocks !== undefined &&
    summary.value?.channels.length === model.value?.labels?.length &&
    blocks.operators.at(-1) !== 'input'
  )
}

function planeOfChannel({ dims, data }: FloatTensor, channel: number, isLast: boolean): Plane {
  const places = isLast ? dims.slice(0, -1) : dims.slice(1)
  const size = places.reduce((product, dim) => product * dim, 1)
  if (!isLast) return planeOf({ dims: [1, ...places], data: data.subarray(channel * size, (channel + 1) * size) })
  const own = new Float32Array(size)
  for (let i = 0; i < size; i++) own[i] = data[indexOf([...placeOf(i, places), channel], dims)] as number
  return planeOf({ dims: [1, ...places], data: own })
}
