/** A figure: panels side by side, a colour bar, and a caption that says how to read them; as SVG. Pure, for browsers too. */

import { escaped } from './escaped.ts'
import { colorBar, legendDepth } from './legend.ts'
import { clipped, fixed, type Lettering, wrapped } from './lettering.ts'
import type { Shading } from './shading.ts'

/** A picture of a figure. */
export interface Panel {
  readonly caption: string
  /** PNG as a data URL. */
  readonly dataUrl: string
  /** Pixels of the PNG; two of them are one of the figure's, so that it is sharp on fine screens and in print. */
  readonly width: number
  readonly height: number
}

/** What a figure shows and says. */
export interface Figure {
  readonly title: string
  readonly subtitle: string
  readonly panels: readonly Panel[]
  readonly shading: Shading
  /** Sentences below the colour bar. */
  readonly caption: string
}

/** Pixels of a panel's PNG per unit of the figure. */
export const figureDensity = 2

const [margin, gap] = [20, 16]
const [ink, soft] = ['#1a1a1a', '#555']
const title = { size: 15, isBold: true, color: ink } as const
const small = { size: 11, color: soft } as const
const narrowest = 400
/** Panels that are wider stand below each other. */
const wideAspect = 2

/** The figure as SVG, with a white ground. */
export function figureSvg(figure: Figure, lettering: Lettering): string {
  const { panels, shading } = figure
  const sizes = panels.map(({ width, height }) => ({ width: width / figureDensity, height: height / figureDensity }))
  const isColumn = sizes.some(({ width, height }) => width > wideAspect * height)
  const widths = sizes.map(({ width }) => width)
  const inner = isColumn ? Math.max(...widths) : widths.reduce((sum, width) => sum + width, gap * (widths.length - 1))
  const content = Math.max(narrowest, inner)
  const parts: string[] = []
  let y = margin + title.size
  parts.push(lettering.draw(clipped(capital(figure.title), content, lettering, title), margin, y, title))
  y += 18
  parts.push(lettering.draw(clipped(figure.subtitle, content, lettering, small), margin, y, small))
  y += 14
  let [x, lowest] = [margin, y]
  panels.forEach((panel, i) => {
    const { width, height } = sizes[i] as (typeof sizes)[number]
    parts.push(imageOf(panel, x, y, width, height))
    parts.push(lettering.draw(clipped(panel.caption, width, lettering, small), x, y + height + 15, small))
    lowest = Math.max(lowest, y + height + 15)
    if (isColumn) y = lowest + gap
    else x += width + gap
  })
  y = lowest + 20
  const bar = { x: margin, y, width: Math.min(content, 360), height: 10, lettering, size: small.size, color: soft }
  parts.push(colorBar(shading, bar))
  y += bar.height + legendDepth * small.size + 18
  const lines = wrapped(figure.caption, content, lettering, small)
  lines.forEach((line, i) => {
    parts.push(lettering.draw(line, margin, y + i * 15, small))
  })
  const [width, height] = [content + 2 * margin, y + (lines.length - 1) * 15 + margin]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${fixed(width)} ${fixed(height)}" width="${fixed(width)}" height="${fixed(height)}" font-family="Inter,system-ui,sans-serif"><title>${escaped(`${figure.title}, ${figure.subtitle}`)}</title><rect width="100%" height="100%" fill="#fff"/>${parts.join('\n')}</svg>\n`
}

function imageOf({ dataUrl, caption }: Panel, x: number, y: number, width: number, height: number): string {
  return `<image x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${fixed(height)}" image-rendering="pixelated" style="image-rendering:pixelated" href="${dataUrl}"><title>${escaped(caption)}</title></image>`
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}
