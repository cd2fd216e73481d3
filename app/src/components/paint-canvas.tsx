/** A canvas at the size of its data: CSS enlarges it, without smoothing where its pixels are what one looks at. */

import { useLayoutEffect, useRef } from 'preact/hooks'

/** What is drawn, and how it is called. */
export interface PaintCanvasProps {
  /** Drawn again when it is another object: keep it in `useMemo`. */
  readonly image: ImageData
  /** What it shows, for those who do not see it; without it the canvas is part of something that says so. */
  readonly label?: string
  readonly class?: string
  readonly opacity?: number
}

/** The canvas. */
export function PaintCanvas({ image, label, class: name = 'pixels', opacity }: PaintCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    const { current } = canvas
    if (!current) return
    current.width = image.width
    current.height = image.height
    current.getContext('2d')?.putImageData(image, 0, 0)
  }, [image])
  const named = label === undefined ? { 'aria-hidden': true } : { role: 'img' as const, 'aria-label': label }
  return <canvas ref={canvas} class={name} {...(opacity !== undefined && { style: { opacity } })} {...named} />
}
