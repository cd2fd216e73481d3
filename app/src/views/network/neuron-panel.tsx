/** Figure 3 of the paper, live: one neuron, what it receives from above, what it sends below, and that all of it adds up. */

import type { ComponentChildren } from 'preact'
import type { FloatTensor, NeuronMessages, Plane } from '../../../../src/web.ts'
import { planeOf } from '../../../../src/web.ts'
import { percent, shortNumber } from '../../render/numbers.ts'
import { theInput } from '../../worker/protocol.ts'
import { Track } from './channels.tsx'
import { OverPicture } from './over-picture.tsx'
import { PlaneCanvas } from './plane-canvas.tsx'
import { ranked } from './ranked.ts'
import { block, flow, lookAtNeuron, messages, network, neuron, summary } from './state.ts'

const axes: Readonly<Record<number, readonly string[]>> = {
  1: ['Neuron'],
  2: ['Channel', 'Place'],
  3: ['Channel', 'Row', 'Column'],
  4: ['Channel', 'Slice', 'Row', 'Column'],
}

/** The panel. */
export function NeuronPanel() {
  const [open, found, own] = [block.value, summary.value, neuron.value]
  if (!open || !found) return null
  const isOwn = own?.layer === open.id
  return (
    <section class="card neuron" aria-label="Neuron">
      <div class="row spread">
        <h2>A neuron’s messages</h2>
        <Coordinates dims={found.dims} at={isOwn ? own.at : undefined} />
      </div>
      {isOwn ? (
        messages.value ? (
          <Found found={messages.value} />
        ) : (
          <p class="small">Asking the neuron…</p>
        )
      ) : (
        <Invitation />
      )}
    </section>
  )
}

function Invitation() {
  return (
    <p class="empty">
      Choose a place in a channel, or type its coordinates: its relevance R<sub>j</sub>, the messages R<sub>j←k</sub>{' '}
      that it receives from the layer above, and the messages R<sub>i←j</sub> that it sends to the layer below.
    </p>
  )
}

function Coordinates({ dims, at }: { readonly dims: readonly number[]; readonly at: readonly number[] | undefined }) {
  const names = axes[dims.length] ?? dims.map((_, i) => `Axis ${i + 1}`)
  return (
    <fieldset class="row coordinates">
      <legend class="hidden">Coordinates of the neuron</legend>
      {dims.map((size, i) => (
        // Axes have nothing but their order.
        <label key={names[i]} class="small">
          {names[i]}
          <input
            type="number"
            min={0}
            max={size - 1}
            value={at?.[i] ?? ''}
            onChange={event => {
              const value = Math.max(0, Math.min(size - 1, Math.round(Number(event.currentTarget.value) || 0)))
              lookAtNeuron(dims.map((_, axis) => (axis === i ? value : (at?.[axis] ?? 0))))
            }}
          />
        </label>
      ))}
    </fieldset>
  )
}

function Found({ found }: { readonly found: NeuronMessages }) {
  const { activation, relevance, received, sent, arrived } = found
  const total = (sides: readonly { readonly sum: number }[]) => sides.reduce((sum, side) => sum + side.sum, 0)
  const [came, went] = [total(received), total(sent)]
  const isInput = neuron.value?.layer === theInput
  // As the command line names it.
  const label = `${found.layer}:${found.neuron.join(',')}`
  const isStart = received.length === 0 && relevance !== 0
  const kept = relevance - went
  const isKept = !isInput && Math.abs(kept) > 1e-4 * Math.abs(relevance)
  return (
    <>
      <div class="neuron-parts">
        <Side
          title={
            isInput ? (
              'It sends nothing: relevance ends here'
            ) : (
              <>
                It sends R<sub>i←j</sub>
              </>
            )
          }
          sides={sent}
          relevance={relevance}
        />
        <div class="itself">
          <h3>The neuron</h3>
          <p class="number">{label}</p>
          <dl>
            <dt>
              activation x<sub>j</sub>
            </dt>
            <dd class="number">{shortNumber(activation)}</dd>
            <dt>
              relevance R<sub>j</sub>
            </dt>
            <dd class="number large">{shortNumber(relevance)}</dd>
          </dl>
          {relevance === 0 && <p class="small">No relevance comes here: it has nothing to send.</p>}
        </div>
        <Side
          title={
            isStart ? (
              'Relevance starts here'
            ) : (
              <>
                It receives R<sub>j←k</sub>
              </>
            )
          }
          sides={received}
          relevance={relevance}
        />
      </div>
      <p class="sums">
        {!isInput && <span>Σ sent {shortNumber(went)}</span>}
        <span>
          = R<sub>j</sub> {shortNumber(relevance)}
        </span>
        {!isStart && <span>= Σ received {shortNumber(came)}</span>}
        {isKept && (
          <span class="small">{shortNumber(kept)} was kept by its bias or the stabiliser, or had nobody to go to</span>
        )}
      </p>
      {!isInput && (
        <figure class="arrived">
          <Arrived tensor={arrived} />
          <figcaption class="small">
            What of this neuron’s relevance arrives at the input, Σ {shortNumber(sumOf(arrived))}: the messages that it
            sends are sent on by the rules of the layers below, as in the whole explanation.
          </figcaption>
        </figure>
      )}
    </>
  )
}

function Arrived({ tensor }: { readonly tensor: FloatTensor }) {
  const plane = planeOf({ dims: tensor.dims.slice(1), data: tensor.data })
  return (
    <OverPicture picture={flow.value?.of.of.picture} plane={plane} label="Relevance of the input through this neuron" />
  )
}

function sumOf({ data }: FloatTensor): number {
  return data.reduce((sum, value) => sum + value, 0)
}

type AnySide = NeuronMessages['received'][number]

function Side({
  title,
  sides,
  relevance,
}: {
  readonly title: ComponentChildren
  readonly sides: readonly AnySide[]
  readonly relevance: number
}) {
  return (
    <div class="side">
      <h3>{title}</h3>
      {sides.map(side => (
        <OneSide key={side.layer} side={side} relevance={relevance} />
      ))}
    </div>
  )
}

const most = 6

function OneSide({
  side: { layer, operator, messages: tensor, sum },
  relevance,
}: {
  readonly side: AnySide
  readonly relevance: number
}) {
  const dims = tensor?.dims.slice(1) ?? []
  const found = tensor && ranked(tensor.data, dims, most)
  const extent = Math.max(0, ...(found?.most.map(({ value }) => Math.abs(value)) ?? []))
  return (
    <div class="side-layer">
      <p class="row spread">
        <span>
          <strong>{titleOf(layer)}</strong> <span class="small">{operator}</span>
        </span>
        <span class="number">Σ {shortNumber(sum)}</span>
      </p>
      {tensor && dims.length > 2 && (
        <Local plane={planeOf({ dims, data: tensor.data })} label={`Messages, ${titleOf(layer)}, channels summed`} />
      )}
      {found ? (
        <table class="message-table small">
          <caption class="hidden">Messages, {titleOf(layer)}</caption>
          <tbody>
            {found.most.map(({ at, value }) => (
              <tr key={at.join()}>
                <th scope="row">{at.length > 1 ? `${at[0]} (${at.slice(1).join(', ')})` : at[0]}</th>
                <td>
                  <Track value={value} extent={extent} />
                </td>
                <td class="number">{shortNumber(value)}</td>
              </tr>
            ))}
            {found.others.count > 0 && (
              <tr>
                <th scope="row">{found.others.count} others</th>
                <td />
                <td class="number">{shortNumber(found.others.sum)}</td>
              </tr>
            )}
          </tbody>
        </table>
      ) : (
        <p class="small">
          This layer lets the largest take all: {percent(relevance === 0 ? 0 : sum / relevance)} of R<sub>j</sub> came
          through it.
        </p>
      )}
    </div>
  )
}

/** A layer by the name of the box that it is in. */
function titleOf(layer: string): string {
  const all = network.value?.blocks ?? []
  return all.find(({ layers }) => layers.some(({ name }) => name === layer))?.title ?? layer
}

/** Messages go to few places: the map is cut to them, with a little around. */
function Local({ plane, label }: { readonly plane: Plane; readonly label: string }) {
  const { width, height, values } = plane
  if (plane.tile) return <PlaneCanvas plane={plane} extent={plane.extent} label={label} />
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0) continue
    const [x, y] = [i % width, Math.floor(i / width)]
    ;[left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)]
  }
  if (right < 0) return null
  const around = 1
  ;[left, top] = [Math.max(0, left - around), Math.max(0, top - around)]
  ;[right, bottom] = [Math.min(width - 1, right + around), Math.min(height - 1, bottom + around)]
  const [w, h] = [right - left + 1, bottom - top + 1]
  const cut = new Float32Array(w * h)
  for (let y = 0; y < h; y++) cut.set(values.subarray((top + y) * width + left, (top + y) * width + right + 1), y * w)
  return (
    <figure class="local">
      <PlaneCanvas
        plane={{ width: w, height: h, values: cut, extent: plane.extent }}
        extent={plane.extent}
        label={label}
      />
      <figcaption class="small">
        rows {top}–{bottom}, columns {left}–{right}, channels summed; full colour {shortNumber(plane.extent)}
      </figcaption>
    </figure>
  )
}
