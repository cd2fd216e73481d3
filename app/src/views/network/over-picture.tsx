/** Relevance stretched over the picture that the network saw; alone where there is no picture. */

import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Picture, Plane } from '../../../../src/web.ts'
import { drawPicture } from './pictures.ts'
import { PlaneCanvas } from './plane-canvas.tsx'

/** What lies over what. */
export interface OverPictureProps {
  readonly picture: Picture | undefined
  /** undefined: the picture alone. */
  readonly plane: Plane | undefined
  readonly label: string
}

/** The pictures. */
export function OverPicture({ picture, plane, label }: OverPictureProps) {
  if (!picture) return plane ? <PlaneCanvas plane={plane} extent={plane.extent} label={label} /> : null
  return (
    <div class="over-picture">
      <Grey picture={picture} />
      {plane && <PlaneCanvas plane={plane} extent={plane.extent} label={label} isLayer />}
    </div>
  )
}

function Grey({ picture }: { readonly picture: Picture }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    if (canvas.current) drawPicture(canvas.current, picture)
  }, [picture])
  return <canvas ref={canvas} class="pixels" />
}
