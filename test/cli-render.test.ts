/** How the command line draws: `explain`'s drawing options and the verb `compare`. Runs the built program. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { findChromium } from '../scripts/chromium.mjs'
import { colormaps } from '../src/render/colormap.ts'
import { programIn } from './support/program.ts'

const root = join(import.meta.dirname, '..')
const scenes = join(root, 'examples/scenes')
const reviews = join(root, 'examples/reviews')
const picture = (name: string) => join(scenes, 'pictures', `${name}.png`)
const model = join(scenes, 'scenes.onnx')
const folder = mkdtempSync(join(tmpdir(), 'deeptaylor-render-'))
const at = (...parts: string[]) => join(folder, ...parts)

const deeptaylor = programIn(folder)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('explain', () => {
  it('writes a figure and a transparent picture beside the usual files, and says in the report how they are drawn', async () => {
    const drawing = ['--colormap', 'viridis', '--channels', 'positive', '--exponent', '1', '--extent', '0.1']
    const more = ['--annotate', '--transparent', '--contours', '0.5,0.25', '--smooth', '--opacity', '0.8']
    const result = await deeptaylor('explain', model, picture('star-1'), ...drawing, ...more, '--json', '--out', 'all')
    expect(result).toMatchObject({ code: 0 })
    const kinds = ['figure.png', 'figure.svg', 'heatmap.png', 'overlay.png', 'relevance.npy', 'transparent.png']
    expect(readdirSync(at('all')).sort()).toEqual([
      'report.json',
      ...kinds.map(kind => `star-1.deep-taylor.top.${kind}`),
    ])
    const [item] = JSON.parse(result.stdout).items
    expect(item.drawing).toEqual({ colormap: 'viridis', extent: 0.1, exponent: 1, channels: 'positive' })
    const { channels, xmp } = await sharp(at('all', item.files.transparent)).metadata()
    expect(channels).toBe(4)
    expect(xmp?.toString()).toContain('evidence for star, by deep-taylor')
    expect((await sharp(at('all', item.files.heatmap)).metadata()).channels).toBe(3)
    const svg = readFileSync(at('all', item.files.figureSvg), 'utf8')
    const said = [...svg.matchAll(/aria-label="([^"]*)"/g)].map(match => match[1]).join(' ')
    for (const part of [
      'Evidence for star, by deep-taylor star-1.png · logit 15.6',
      'Sum of positive R over channels',
      '0 … 0.1 (a fixed scale), colour linear in R',
      'Interpolated between places (bicubic)',
      'up to 80 %',
      'Lines around 25 %, 50 %',
    ]) {
      expect(said).toContain(part)
    }
  })

  it('draws the same in several processes', async () => {
    const args = [
      'explain',
      model,
      picture('star-1'),
      picture('ring-1'),
      '--colormap',
      'teal-brown',
      '--annotate',
      '--batch',
      '1',
    ]
    await Promise.all(
      [
        ['--out', 'alone'],
        ['--jobs', '2', '--out', 'jobs'],
      ].map(more => deeptaylor(...args, ...more)),
    )
    const pictures = readdirSync(at('alone')).filter(file => /\.(png|svg)$/.test(file))
    expect(pictures).toHaveLength(8)
    for (const file of pictures) expect(readFileSync(at('jobs', file))).toEqual(readFileSync(at('alone', file)))
    const { data } = await sharp(at('jobs/ring-1.deep-taylor.top.heatmap.png'))
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(Array.from(data.subarray(0, 3))).not.toEqual(colormaps['blue-red'].color(0))
  })

  it('draws bars and words in the colours that are asked for', async () => {
    const text = join(reviews, 'texts/praise-1.txt')
    await deeptaylor('explain', join(reviews, 'reviews.onnx'), text, '--colormap', 'purple-orange', '--out', 'words')
    const page = readFileSync(at('words/praise-1.deep-taylor.top.words.html'), 'utf8')
    expect(page).toContain('orange for, purple against')
    expect(page).toContain(`rgb(${colormaps['purple-orange'].color(1).join(',')})`)
  })

  it('refuses what it does not know as wrong usage', async () => {
    const wrong: readonly (readonly [string, string, RegExp])[] = [
      ['--colormap', 'jet', /Allowed choices are blue-red/],
      ['--contours', '0.5,2', /shares between 0 and 1/],
      ['--opacity', '1.5', /a number 0 to 1/],
      ['--exponent', '0', /a number above 0/],
      ['--extent', 'x', /a number above 0/],
      ['--channels', 'mean', /Allowed choices are sum/],
    ]
    const run = ([option, value]: (typeof wrong)[number]) =>
      deeptaylor('explain', model, picture('star-1'), option, value, '--out', 'no')
    for (const [i, result] of (await Promise.all(wrong.map(run))).entries()) {
      expect(result).toMatchObject({ code: 2, stderr: expect.stringMatching(wrong[i]?.[2] as RegExp) })
    }
    expect(existsSync(at('no'))).toBe(false)
  })
})

describe('compare', () => {
  it('writes a grid as PNG, and as a page that opens from disk without a request or an error', async () => {
    const inputs = [picture('star-1'), picture('ring-1')]
    const methods = ['--method', 'deep-taylor,epsilon-plus,gradient-x-input']
    const result = await deeptaylor('compare', model, ...inputs, ...methods, '--shared-scale', 'row', '--out', 'grid')
    expect(result).toMatchObject({ code: 0, stdout: 'grid/comparison.png\ngrid/comparison.html\n' })
    const { width, height, channels } = await sharp(at('grid/comparison.png')).metadata()
    // Four columns of 64 · 6 pixels, two rows.
    expect([width, channels]).toEqual([4 * 384 + 3 * 28 + 2 * 40, 3])
    expect(height).toBeGreaterThan(2 * 384)

    const executablePath = findChromium()
    expect(executablePath).toBeDefined()
    const browser = await chromium.launch({ executablePath: executablePath as string, args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage({ viewport: { width: 360, height: 800 } })
      const faults: string[] = []
      page.on('console', message => faults.push(message.text()))
      page.on('pageerror', error => faults.push(error.message))
      page.on('request', request => {
        if (!/^(data|file):/.test(request.url())) faults.push(request.url())
      })
      await page.goto(`file://${at('grid/comparison.html')}`)
      expect(await page.locator('figure').count()).toBe(8)
      const sizes = await page.locator('img.heatmap').evaluateAll(images =>
        images.map(image => {
          const { width, height } = image.getBoundingClientRect()
          return [(image as unknown as { naturalWidth: number }).naturalWidth, Math.round(width), Math.round(height)]
        }),
      )
      for (const [natural, width, height] of sizes) {
        expect(natural).toBe(64)
        expect(width).toBeGreaterThan(120)
        expect(width).toBe(height)
      }
      await page.check('#view-overlay')
      expect(await page.locator('img.over').first().isVisible()).toBe(true)
      expect(await page.locator('img.heatmap').first().isVisible()).toBe(false)
      // A phone needs no sideways scrolling.
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
      expect(faults).toEqual([])
    } finally {
      await browser.close()
    }
  })

  it('writes the same bytes every time', async () => {
    await Promise.all(['once', 'twice'].map(out => deeptaylor('compare', model, picture('star-1'), '--out', out)))
    for (const file of ['comparison.png', 'comparison.html']) {
      expect(readFileSync(at('once', file))).toEqual(readFileSync(at('twice', file)))
    }
  })

  it('compares texts and tables in HTML only', async () => {
    const text = join(reviews, 'texts/praise-1.txt')
    const methods = ['--method', 'deep-taylor,integrated-gradients']
    const texts = await deeptaylor('compare', join(reviews, 'reviews.onnx'), text, ...methods, '--out', 'texts')
    expect(texts).toMatchObject({ code: 0, stdout: 'texts/comparison.html\n' })
    expect(readFileSync(at('texts/comparison.html'), 'utf8').match(/<dd>/g)).toHaveLength(2)

    const mlp = join(root, 'test/conformance/cases/mlp/model.onnx')
    const names = Array.from({ length: 20 }, (_, i) => `f${i}`)
    writeFileSync(at('table.csv'), `${names.join(',')}\n${names.map((_, i) => i / 10).join(',')}\n`)
    const table = await deeptaylor('compare', mlp, 'table.csv', '--method', 'deep-taylor,epsilon', '--out', 'table')
    expect(table).toMatchObject({ code: 0, stdout: 'table/comparison.html\n' })
    const page = readFileSync(at('table/comparison.html'), 'utf8')
    expect(page.match(/<th scope="row">/g)).toHaveLength(20)
    expect(page.match(/class="bar"/g)).toHaveLength(40)
  })

  it('names a broken picture among several, and goes on', async () => {
    writeFileSync(at('broken.png'), 'no picture')
    const result = await deeptaylor('compare', model, picture('star-1'), 'broken.png', '--out', 'some')
    expect(result.code).toBe(1)
    expect(result.stderr).toMatch(/^deeptaylor: broken\.png: not a readable picture: .*$/m)
    expect(existsSync(at('some/comparison.png'))).toBe(true)
    const alone = await deeptaylor('compare', model, 'broken.png', '--out', 'none')
    expect(alone).toMatchObject({ code: 1, stderr: expect.stringMatching(/^deeptaylor: broken\.png: [^\n]*\n$/) })
    expect(existsSync(at('none'))).toBe(false)
  })

  it('refuses more rows than can be compared, before it reads any', async () => {
    const targets = Array.from({ length: 6 }, (_, i) => ['--target', String(i)]).flat()
    const result = await deeptaylor('compare', model, join(scenes, 'pictures'), ...targets, '--out', 'many')
    expect(result).toMatchObject({ code: 1, stderr: expect.stringMatching(/60 rows .* are more than 48: give fewer/) })
  })
})
