/** The network's input as a picture: its numbers, brought back to pixels. What is cropped away, squeezed or swapped shows. */

import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Preprocessing } from '../../../../src/web.ts'
import { paintInput } from '../../render/paint-input.ts'
import type { PreparedInput } from '../../state/inputs.ts'
import { model } from '../../state/model.ts'

/** The picture, at the input's size. */
export function NetworkPreview({ of, how }: { readonly of: PreparedInput; readonly how: Preprocessing }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const layout = model.value?.facts.geometry?.layout ?? 'NCHW'
  useLayoutEffect(() => {
    const image = paintInput(of.tensor, layout, how)
    const { current } = canvas
    if (!current) return
    current.width = image.width
    current.height = image.height
    current.getContext('2d')?.putImageData(image, 0, 0)
  }, [of, how, layout])
  return <canvas ref={canvas} class="pixels" role="img" aria-label="What the network sees" />
}
