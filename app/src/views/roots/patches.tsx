/** x and x̃ side by side: of a layer that reads the picture, the patch that its neuron sees; of others, what moves most. */

import { useMemo } from 'preact/hooks'
import type { InputBox, RootPoint } from '../../../../src/web.ts'
import { PaintCanvas } from '../../components/paint-canvas.tsx'
import { coordinatesOf } from './model-neuron-state.ts'
import { fixed } from './words.ts'

/** Rows and columns, both ends included. */
interface Region {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** What a neuron sees, with as much around it. */
interface Patch extends Region {
  readonly seen: Region
  readonly channels: number
  /** Place of a channel's pixel. */
  readonly at: (channel: number, row: number, column: number) => number
}

/** Both pictures. */
export function Patches({
  root,
  box,
  isNhwc,
}: {
  readonly root: RootPoint
  readonly box: InputBox
  readonly isNhwc: boolean
}) {
  const patch = useMemo(() => patchOf(root, isNhwc), [root, isNhwc])
  if (!patch) return null
  const { seen } = patch
  return (
    <div class="roots-patches">
      <PatchPicture label="x" patch={patch} values={root.point.data} box={box} />
      <PatchPicture label="x̃" patch={patch} values={root.root.data} box={box} />
      <p class="small">
        In the frame what the neuron sees, and its root point: columns {seen.left}–{seen.right}, rows {seen.top}–
        {seen.bottom} of the input. The rest of the picture is the same.
      </p>
    </div>
  )
}

function patchOf({ direction: { dims, data } }: RootPoint, isNhwc: boolean): Patch | undefined {
  const [, first = 0, second = 0, third = 0] = dims
  const [channels, height, width] = isNhwc ? [third, first, second] : [first, second, third]
  const at: Patch['at'] = (channel, row, column) =>
    isNhwc ? (row * width + column) * channels + channel : (channel * height + row) * width + column
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let isSeen = false
      for (let channel = 0; channel < channels; channel++) isSeen ||= data[at(channel, row, column)] !== 0
      if (!isSeen) continue
      left = Math.min(left, column)
      right = Math.max(right, column)
      top = Math.min(top, row)
      bottom = Math.max(bottom, row)
    }
  }
  if (right < 0) return undefined
  const margin = Math.max(right - left, bottom - top) + 1
  return {
    seen: { left, top, right, bottom },
    left: Math.max(0, left - margin),
    top: Math.max(0, top - margin),
    right: Math.min(width - 1, right + margin),
    bottom: Math.min(height - 1, bottom + margin),
    channels,
    at,
  }
}

interface PictureProps {
  readonly label: string
  readonly patch: Patch
  readonly values: Float32Array
  readonly box: InputBox
}

function PatchPicture({ label, patch, values, box }: PictureProps) {
  const image = useMemo(() => painted(patch, values, box), [patch, values, box])
  const { seen, left, top, right, bottom } = patch
  return (
    <figure>
      <div>
        <PaintCanvas image={image} label={`${label} where the neuron sees it`} />
        <svg viewBox={`0 0 ${right - left + 1} ${bottom - top + 1}`} aria-hidden="true">
          <rect
            x={seen.left - left}
            y={seen.top - top}
            width={seen.right - seen.left + 1}
            height={seen.bottom - seen.top + 1}
          />
        </svg>
      </div>
      <figcaption class="variable">{label}</figcaption>
    </figure>
  )
}

/** The box's bounds are black and white. */
function painted({ channels, left, top, right, bottom, at }: Patch, values: Float32Array, box: InputBox): ImageData {
  const image = new ImageData(right - left + 1, bottom - top + 1)
  const bound = (bounds: number | readonly number[], channel: number) =>
    [bounds].flat()[channel] ?? [bounds].flat()[0] ?? 0
  let to = 0
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      for (let colour = 0; colour < 3; colour++) {
        const channel = Math.min(colour, channels - 1)
        const [low, high] = [bound(box.low, channel), bound(box.high, channel)]
        image.data[to++] = (((values[at(channel, row, column)] ?? 0) - low) / (high - low)) * 255
      }
      image.data[to++] = 255
    }
  }
  return image
}

/** The inputs that the root moves most, as numbers. */
export function Movers({ root: { point, root, direction } }: { readonly root: RootPoint }) {
  const dims = point.dims.slice(1)
  const moved = Array.from(direction.data, (_, i) => ({ i, by: (root.data[i] ?? 0) - (point.data[i] ?? 0) }))
  const most = moved.sort((a, b) => Math.abs(b.by) - Math.abs(a.by)).slice(0, 5)
  return (
    <table class="roots-movers">
      <caption>The inputs that differ most</caption>
      <thead>
        <tr>
          <th scope="col">input</th>
          <th scope="col">x</th>
          <th scope="col">x̃</th>
        </tr>
      </thead>
      <tbody>
        {most.map(({ i }) => (
          <tr key={i}>
            <th scope="row">{coordinatesOf(i, dims).join(', ')}</th>
            <td>{fixed(point.data[i] ?? 0, 3)}</td>
            <td>{fixed(root.data[i] ?? 0, 3)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
