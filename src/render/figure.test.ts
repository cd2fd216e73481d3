/** Figures: what they show is the heatmap to the pixel, and what they say needs no font of the machine's. */

import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Picture } from '../inputs/picture.ts'
import { diverging } from './colormap.ts'
import { renderFigure } from './figure.ts'
import { glyphLettering } from './glyphs.ts'
import { clipped, wrapped } from './lettering.ts'
import { planeOf } from './plane.ts'

const plane = planeOf({ dims: [1, 4, 4], data: Float32Array.from({ length: 16 }, (_, i) => i - 8) })
const picture: Picture = { width: 4, height: 4, data: Uint8Array.from({ length: 48 }, (_, i) => i * 5) }
const about = { title: 'Evidence for star', subtitle: 'star.png by deep-taylor', pooling: 'sum' as const, scale: 96 }

describe('renderFigure', () => {
  it('shows the heatmap unchanged, two pixels to one of the figure', async () => {
    const { svg, png } = await renderFigure(plane, undefined, about)
    const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const [, x = '', y = ''] = /<image x="([\d.]+)" y="([\d.]+)"/.exec(svg) ?? []
    const at = (row: number, column: number) => {
      const pixel = (2 * Number(y) + row * 96 + 48) * info.width + 2 * Number(x) + column * 96 + 48
      return Array.from(data.subarray(pixel * 3, pixel * 3 + 3))
    }
    for (let i = 0; i < 16; i++) {
      const value = i - 8
      expect(at(Math.floor(i / 4), i % 4)).toEqual(diverging(Math.sign(value) * Math.sqrt(Math.abs(value) / 8)))
    }
  })

  it('has input, relevance and both where there is a picture, and states scale and pooling', async () => {
    const { svg } = await renderFigure(plane, picture, { ...about, colormap: 'purple-orange', contours: [0.25] })
    expect(svg.match(/<image /g)).toHaveLength(3)
    const said = [...svg.matchAll(/aria-label="([^"]*)"/g)].map(match => match[1]).join(' ')
    expect(said).toContain('Evidence for star')
    expect(said).toContain('Sum over channels. Orange for, purple against')
    expect(said).toContain('−8 … 8 (its own largest |R|), colour by the square root of |R|')
    expect(said).toContain('25 % of the largest |R|')
    expect(svg).not.toContain('<text')
    expect(svg).not.toMatch(/(href|src)="http/)
  })

  it('is the same every time', async () => {
    expect(await renderFigure(plane, picture, about)).toEqual(await renderFigure(plane, picture, about))
  })
})

describe('letters', () => {
  const style = { size: 10, color: '#000' }

  it('are outlines, of every sign that captions use', () => {
    const drawn = glyphLettering.draw('ΣR −1.5 … ½ · |R|² × σ γ é ł Ж', 0, 0, style)
    expect(drawn).not.toContain('<text')
    expect(drawn).toContain('aria-label="ΣR −1.5')
  })

  it('that the font lacks stay text', () => {
    expect(glyphLettering.draw('a星', 0, 0, style)).toMatch(/<path d="M.*<text [^>]*>星<\/text>/)
  })

  it('are measured, wrapped and clipped', () => {
    expect(glyphLettering.width('iiii', style)).toBeLessThan(glyphLettering.width('MMMM', style))
    const lines = wrapped('one two three four five six', 60, glyphLettering, style)
    expect(lines.join(' ')).toBe('one two three four five six')
    expect(lines.length).toBeGreaterThan(1)
    for (const line of lines) expect(glyphLettering.width(line, style)).toBeLessThanOrEqual(60)
    const short = clipped('a very long name of a file.png', 60, glyphLettering, style)
    expect(short).toMatch(/^a very.*…$/)
    expect(glyphLettering.width(short, style)).toBeLessThanOrEqual(60)
  })
})
