/** Relevance stretched over the picture that the network saw; alone where there is no picture. */

import { useMemo } from 'preact/hooks'
import type { Picture, Plane } from '../../../../src/web.ts'
import { PaintCanvas } from '../../components/paint-canvas.tsx'
import { paintPicture } from '../../render/paint.ts'
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
      <Ground picture={picture} />
      {plane && <PlaneCanvas plane={plane} extent={plane.extent} label={label} isLayer />}
    </div>
  )
}

function Ground({ picture }: { readonly picture: Picture }) {
  const image = useMemo(() => paintPicture(picture, true), [picture])
  return <PaintCanvas image={image} />
}
