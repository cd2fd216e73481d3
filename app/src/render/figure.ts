/** A figure for a paper: picture, heatmap and overlay, the scale with its numbers, a caption. One SVG file, complete in itself. */

import type { Plane } from '../../../src/web.ts'
import type { Shown } from '../state/explanation.ts'
import { model } from '../state/model.ts'
import { shortNumber } from './numbers.ts'
import { paintPicture, paintScale } from './paint.ts'
import { heatmapPng, type OverlayScale, overlayPng } from './png.ts'

const [side, gap, margin] = [240, 12, 12]

/** The figure's text. */
export async function figureSvg({ result, of, settings }: Shown, plane: Plane, scale: OverlayScale): Promise<string> {
  const { picture } = of
  const height = Math.round((side * plane.height) / plane.width)
  const parts = [
    ...(picture ? [['Picture', await asAddress(await pictureBlob())] as const] : []),
    ['Heatmap', await asAddress(await heatmapPng(plane, scale))] as const,
    ...(picture ? [['Overlay', await asAddress(await overlayPng(plane, picture, scale))] as const] : []),
  ]
  const width = 2 * margin + parts.length * side + (parts.length - 1) * gap
  const { target, logit, relevanceSum } = result.sample
  const against = target.versus ? ` rather than ${target.versus.label}` : ''
  const caption = `${of.input.name}: ${target.label}${against}. ${settings.method}, ${model.peek()?.facts.name}. Logit ${shortNumber(logit)}, ΣR ${shortNumber(relevanceSum)}.`
  const barTop = margin + 20 + height + gap
  const pictures = parts.map(([title, address], i) => {
    const x = margin + i * (side + gap)
    return `<text x="${x}" y="${margin + 12}">${title}</text><image x="${x}" y="${margin + 20}" width="${side}" height="${height}" preserveAspectRatio="none" href="${address}"><title>${title}</title></image>`
  })
  const bar = await asAddress(await blobOf(paintScale(scale)))
  const barWidth = Math.min(side, width - 2 * margin)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${barTop + 64}" viewBox="0 0 ${width} ${barTop + 64}" font-family="Helvetica, Arial, sans-serif" font-size="12" role="img">
<title>${escaped(caption)}</title>
<rect width="100%" height="100%" fill="#fff"/>
${pictures.join('\n')}
<image x="${margin}" y="${barTop}" width="${barWidth}" height="10" preserveAspectRatio="none" href="${bar}"/>
<text x="${margin}" y="${barTop + 24}">${shortNumber(-scale.extent, 3)}</text>
<text x="${margin + barWidth / 2}" y="${barTop + 24}" text-anchor="middle">0</text>
<text x="${margin + barWidth}" y="${barTop + 24}" text-anchor="end">+${shortNumber(scale.extent, 3)}</text>
<text x="${margin}" y="${barTop + 50}">${escaped(caption)}</text>
</svg>
`

  function pictureBlob(): Promise<Blob> {
    if (!picture) throw new Error('There is no picture')
    return blobOf(paintPicture(picture))
  }
}

async function blobOf(image: ImageData): Promise<Blob> {
  const canvas = new OffscreenCanvas(image.width, image.height)
  canvas.getContext('2d')?.putImageData(image, 0, 0)
  return canvas.convertToBlob({ type: 'image/png' })
}

async function asAddress(blob: Blob): Promise<string> {
  const reader = new FileReader()
  return new Promise((resolve, reject) => {
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(blob)
  })
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, char => `&#${char.charCodeAt(0)};`)
}
