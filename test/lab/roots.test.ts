/** The view of root points, used as a person would: dragged by pointer and keys, against values worked out by hand. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { presets } from '../../app/src/views/roots/scene.ts'
import { vector } from '../../app/src/views/roots/words.ts'
import { type LabBrowser, type LabPage, openLab } from '../support/lab/open-lab.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Weights and inputs are float32 numbers. */
const float32 = 1e-6

let lab: LabBrowser
let opened: LabPage
let page: Page

beforeAll(async () => {
  lab = await openLab()
  opened = await lab.open()
  page = opened.page
  await page.getByRole('button', { name: 'Root points' }).click()
  await row('w-square').getByText('R₁').waitFor()
})
afterAll(() => lab?.close())

const row = (rule: string): Locator => page.locator(`[data-rule="${rule}"]`)
/** Opens a situation, and waits for the figure of it. */
async function preset(name: string): Promise<void> {
  await page.getByRole('button', { name }).click()
  const scene = presets.find(({ title }) => title === name)?.scene
  for (const [handle, at] of [
    ['Data point x', scene?.x],
    ['Weights w', scene?.w],
  ] as const) {
    await expect.poll(() => text(handle)).toContain(vector(at ?? []))
  }
}

/** R₁, R₂ and R_j of a rule, whole. */
async function shares(rule: string): Promise<number[]> {
  const values = await row(rule)
    .locator('data')
    .evaluateAll(all => all.map(one => Number(one.getAttribute('value'))))
  expect(values).toHaveLength(3)
  const [first, second, whole] = values as [number, number, number]
  expect(Math.abs(first + second - whole)).toBeLessThanOrEqual(float32 * Math.abs(whole))
  return values
}

const signs: Readonly<Record<string, string>> = { 'w-square': 'w²', 'z-plus': 'z⁺', 'z-box': 'zᴮ', free: 'free' }

/** t and x̃ of a rule. */
async function derived(rule: string): Promise<{ t: number; root: number[] }> {
  await row(rule).getByRole('button', { name: 'with numbers' }).click()
  const card = page.getByRole('region', { name: `${signs[rule]} with numbers` })
  await card.waitFor()
  const values = await card.locator('data').evaluateAll(all => all.map(one => one.getAttribute('value') ?? ''))
  return { t: Number(values[0]), root: (values[1] ?? '').split(' ').map(Number) }
}

async function expectNear(found: Promise<readonly number[]>, wanted: readonly number[]): Promise<void> {
  for (const [i, value] of (await found).entries()) expect(value).toBeCloseTo(wanted[i] as number, 6)
}

/** Drags a handle by so many units of the plane. */
async function drag(name: string, right: number, up: number): Promise<void> {
  const handle = page.getByRole('slider', { name })
  const box = await handle.locator('.hit').boundingBox()
  const figure = await page.locator('.roots-figure svg').boundingBox()
  if (!box || !figure) throw new Error(`${name} is nowhere`)
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + (right * figure.width) / 10, y - (up * figure.width) / 10)
  await page.mouse.move(x + (right * figure.width) / 5, y - (up * figure.width) / 5)
  await page.mouse.up()
}

const text = (name: string) => page.getByRole('slider', { name }).getAttribute('aria-valuetext')

describe('the paper’s figure, w = (1, −½), b = −¼, x = (1½, ½) in the box [0, 2]²', () => {
  it('w²: t = 1/1.25, x̃ = (0.7, 0.9), R = (0.8, 0.2)', async () => {
    await preset('The paper’s figure')
    await expectNear(shares('w-square'), [0.8, 0.2, 1])
    const { t, root } = await derived('w-square')
    expect(t).toBeCloseTo(0.8, 9)
    await expectNear(Promise.resolve(root), [0.7, 0.9])
  })

  it('z⁺: t = 1/1.5, x̃ = (0.5, 0.5), R = (1, 0)', async () => {
    await expectNear(shares('z-plus'), [1, 0, 1])
    const { t, root } = await derived('z-plus')
    expect(t).toBeCloseTo(2 / 3, 9)
    await expectNear(Promise.resolve(root), [0.5, 0.5])
  })

  it('zᴮ: v = (1.5, −1.5), t = 1/2.25, R = (2/3, 1/3); it is what deep Taylor takes', async () => {
    await expectNear(shares('z-box'), [2 / 3, 1 / 3, 1])
    const { t, root } = await derived('z-box')
    expect(t).toBeCloseTo(4 / 9, 9)
    await expectNear(Promise.resolve(root), [5 / 6, 7 / 6])
    expect(await row('z-box').textContent()).toContain('deep Taylor’s choice')
    expect(await row('z-box').textContent()).toContain(
      'Root in the box: t = 0.44 ≤ 1, as b ≤ 0 and l ≤ 0 ≤ h guarantee',
    )
  })

  it('a free direction through (1, 2): v = (0.5, −1.5), t = 0.8, R = (0.4, 0.6)', async () => {
    await expectNear(shares('free'), [0.4, 0.6, 1])
    expect((await derived('free')).t).toBeCloseTo(0.8, 9)
  })
})

describe('situations', () => {
  it('a positive bias drives the roots out of ℝ₊², in words', async () => {
    await preset('Positive bias')
    const words = row('z-plus').getByText('Root outside ℝ₊²')
    await words.waitFor()
    expect(await row('z-plus').textContent()).toMatch(
      /x̃₁ = −0\.38 < 0\.00\. t = 1\.38 > 1: .* = 0\.38 > 0\. b = 0\.50 > 0/,
    )
    expect(await page.locator('.roots-figure .tag').allTextContents()).toContain('z⁺ outside ℝ₊²')
    await page.getByRole('status', { name: 'Roots' }).getByText('z⁺: Root outside ℝ₊².').waitFor({ state: 'attached' })
    await expectNear(shares('z-plus'), [1.375, 0, 1.375])
  })

  it('rules that a domain does not suit say why', async () => {
    expect(await row('z-box').textContent()).toContain('Not for ℝ₊²: without bounds there is no corner')
    expect(await row('z-box').getByRole('checkbox').isDisabled()).toBe(true)
    await page.getByRole('radio', { name: 'ℝ²', exact: true }).check()
    await row('z-plus').getByText('Not for ℝ²').waitFor()
    expect(await row('w-square').textContent()).toContain('deep Taylor’s choice')
    await row('w-square').getByText('Root in ℝ²').waitFor()
  })

  it('the corner of the box: the root leaves it as the bias passes 1.6', async () => {
    await preset('Box corner')
    await row('z-box').getByText('Root in the box').waitFor()
    // z = 2.3, v·w = 1.5 + 0.9.
    expect((await derived('z-box')).t).toBeCloseTo(2.3 / 2.4, 6)
    const bias = page.getByRole('spinbutton', { name: 'b', exact: true })
    await bias.fill('1.6')
    await bias.press('Enter')
    await row('z-box').getByText('t = 1.00 ≤ 1').waitFor()
    await bias.fill('1.65')
    await bias.press('Enter')
    await row('z-box').getByText('Root outside the box').waitFor()
    expect(await row('z-box').textContent()).toContain(
      'even at the corner (l₁, h₂), where it is weakest, the neuron fires',
    )
  })

  it('the nearest root outside, that of z⁺ inside', async () => {
    await preset('A root outside')
    await row('w-square').getByText('Root outside ℝ₊²').waitFor()
    await row('z-plus').getByText('Root in ℝ₊²').waitFor()
  })

  it('no root where no input helps', async () => {
    await preset('No root')
    await row('z-plus').getByText('no input helps').waitFor()
    expect(await row('z-plus').locator('data').count()).toBe(0)
  })

  it('no root along the hinge', async () => {
    await preset('The paper’s figure')
    const data = page.getByRole('spinbutton', { name: 'x₁', exact: true })
    await data.fill('1')
    await data.press('Enter')
    // x₀ = (1, 2), x = (1, 0.5): v = (0, −1.5), and with w = (1, 0) the direction is the hinge’s.
    const weight = page.getByRole('spinbutton', { name: 'w₂', exact: true })
    await weight.fill('0')
    await weight.press('Enter')
    await row('free').getByText('the direction runs along the hinge').waitFor()
  })

  it('a neuron that is off has nothing to share', async () => {
    await preset('The paper’s figure')
    const field = page.getByRole('spinbutton', { name: 'x₁', exact: true })
    await field.fill('0.25')
    await field.press('Enter')
    await page.getByRole('heading', { name: 'The neuron is off' }).waitFor()
    await page.getByText('w·x + b = −0.250 ≤ 0').waitFor()
    expect(await page.locator('.roots-figure .root').count()).toBe(0)
  })
})

describe('by hand', () => {
  it('the data point, by mouse; it stays in its domain', async () => {
    await preset('The paper’s figure')
    await drag('Data point x', 0.25, 0.75)
    await expect.poll(() => text('Data point x')).toContain('(1.75, 1.25)')
    // z = 1.75 − 0.625 − 0.25.
    await expectNear(shares('z-plus'), [0.875, 0, 0.875])
    await drag('Data point x', 3, 3)
    await expect.poll(() => text('Data point x')).toContain('(2.00, 2.00)')
  })

  it('everything, by keys; with shift, farther', async () => {
    await preset('The paper’s figure')
    const moves: readonly (readonly [string, string, string])[] = [
      ['Data point x', 'ArrowLeft', '(1.45, 0.50)'],
      ['Data point x', 'Shift+ArrowUp', '(1.45, 1.00)'],
      ['Weights w', 'ArrowUp', '(1.00, −0.45)'],
      ['Point x₀', 'Shift+ArrowLeft', '(0.50, 2.00)'],
      ['Hinge', 'ArrowUp', 'b = −0.20'],
      ['Corner of the box: h₁, h₂', 'ArrowRight', '(2.05, 2.00)'],
      ['Corner of the box: l₁, l₂', 'Shift+ArrowDown', '(0.00, −0.50)'],
    ]
    for (const [name, key, wanted] of moves) {
      await page.getByRole('slider', { name }).press(key)
      await expect.poll(() => text(name)).toContain(wanted)
    }
    // z = 1.45 − 0.45 − 0.2; v = (1.45, 1 − 2), v·w = 1.45 + 0.45.
    await expectNear(shares('z-box'), [(0.8 * 1.45) / 1.9, (0.8 * 0.45) / 1.9, 0.8])
  })

  it('w, the hinge and the box, by mouse', async () => {
    await preset('The paper’s figure')
    await drag('Weights w', 0.5, 0.5)
    await expect.poll(() => text('Weights w')).toContain('(1.50, 0.00)')
    await drag('Hinge', 0.5, 0)
    // The hinge x₁ = 1/6 is moved to 2/3: b = −1.
    await expect.poll(() => text('Hinge')).toContain('b = −1.00')
    await drag('Corner of the box: h₁, h₂', 0.25, -0.25)
    await expect.poll(() => text('Corner of the box: h₁, h₂')).toContain('(2.25, 1.75)')
    await expectNear(shares('z-box'), [1.25, 0, 1.25])
  })

  it('a link brings it back', async () => {
    await preset('A root outside')
    await page.getByRole('slider', { name: 'Data point x' }).press('ArrowUp')
    await page.getByText('Your own.').waitFor()
    await expect.poll(() => page.url()).toContain('neuron=positive%3B1.5%2C0.25%3B')
    const again = await lab.open({ fragment: page.url().split('#')[1] ?? '' })
    await again.page.getByRole('slider', { name: 'Data point x' }).waitFor()
    expect(await again.page.getByRole('slider', { name: 'Data point x' }).getAttribute('aria-valuetext')).toContain(
      '(1.50, 0.25)',
    )
    await again.page.context().close()
  })

  it('the figure is saved as it is seen', async () => {
    await preset('Positive bias')
    await page.locator('.roots-figure .tag').getByText('z⁺ outside ℝ₊²').waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save the figure' }).click(),
    ])
    const svg = readFileSync(await download.path(), 'utf8')
    expect(svg).toContain('z⁺ outside ℝ₊²')
    expect(svg).toMatch(/<path [^>]*fill="url\(&quot;#beyond&quot;\)"/)
    expect(svg).not.toMatch(/ (class|tabindex|style)=/)
  })

  it('every press of a key redraws the numbers', async () => {
    await preset('The paper’s figure')
    await row('z-plus').getByText('1.000').first().waitFor()
    const number = () => page.locator('[data-rule="w-square"] data').first().getAttribute('value')
    const handle = page.locator('.handle.point')
    for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowLeft']) {
      const before = await number()
      await handle.press(key)
      await expect.poll(number).not.toBe(before)
    }
  })
})

describe('a neuron of the model', () => {
  it('the one that most relevance flows through, and whether its root may be one', async () => {
    await page.getByText('A neuron of scenes.onnx').click()
    const card = page.locator('.roots-model')
    await card.getByText('on the hinge').waitFor()
    await card.getByRole('img', { name: 'x̃ where the neuron sees it' }).waitFor()
    expect(await card.textContent()).toContain('in the domain (input [-1, 1])')
    await card.getByRole('combobox', { name: 'Layer' }).selectOption({ label: 'conv3, z⁺' })
    await card.getByText('The inputs that differ most').waitFor()
    const place = card.getByRole('spinbutton', { name: 'channel' })
    const before = await card.locator('data').textContent()
    await place.fill(String((Number(await place.inputValue()) + 1) % 8))
    await place.press('Enter')
    await expect.poll(() => card.locator('data').textContent()).not.toBe(before)
  })
})

describe('for everybody', () => {
  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['dark', 375],
  ] as const)('nothing that axe-core finds, %s, %i wide', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 900 })
    await preset('Positive bias')
    await row('z-plus').getByText('Root outside ℝ₊²').waitFor()
    // The policy forbids scripts in the page’s own world, and rightly.
    const session = await page.context().newCDPSession(page)
    const { frameTree } = await session.send('Page.getFrameTree')
    const world = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id })
    const evaluate = (expression: string) =>
      session.send('Runtime.evaluate', {
        expression,
        contextId: world.executionContextId,
        awaitPromise: true,
        returnByValue: true,
      })
    await evaluate(axe)
    const { result } = await evaluate(
      'axe.run().then(({ violations }) => violations.map(v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 120)).join(" | ")))',
    )
    expect(result.value).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
  })

  it('no faults on the way', () => {
    expect(opened.faults).toEqual([])
  })
})
