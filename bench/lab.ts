/** How long the Lab takes to its first heatmap, from a choice to the next one, and from a key to the numbers of root points: `npm run bench:lab -- [runs]`, after a build. */

import { openLab } from '../test/support/lab/open-lab.ts'

const runs = Number(process.argv[2] ?? 7)

/** Median, least and most, in milliseconds. */
function summary(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b)
  const [low, middle, high] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map(time =>
    Math.round(time ?? Number.NaN),
  )
  return `${middle} ms [${low} … ${high}]`
}

/** Runs in the page: milliseconds from a change of a field to the first frame after the heatmap has been drawn anew. */
const timeChange = (label: string, value: string) => `new Promise(resolve => {
  const field = [...document.querySelectorAll('select')].find(one => one.labels[0]?.textContent === ${JSON.stringify(label)})
  const canvas = document.querySelector('.pane canvas[aria-label^="Heatmap"]')
  const context = canvas.getContext('2d')
  const pixels = () => context.getImageData(0, 0, canvas.width, canvas.height).data.join()
  const before = pixels()
  const start = performance.now()
  const look = () => (pixels() === before ? requestAnimationFrame(look) : resolve(performance.now() - start))
  field.value = ${JSON.stringify(value)}
  field.dispatchEvent(new Event('change', { bubbles: true }))
  requestAnimationFrame(look)
})`

/** Runs in the view of root points: milliseconds from presses of a key to the redrawn numbers. */
const timeKeys = `(async () => {
  const handle = document.querySelector('.handle.point')
  const shown = () => document.querySelector('[data-rule="w-square"] data').getAttribute('value')
  const times = []
  for (let i = 0; i < 11; i++) {
    const before = shown()
    const start = performance.now()
    const key = i % 2 === 0 ? 'ArrowLeft' : 'ArrowRight'
    handle.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    while (shown() === before) await new Promise(resolve => setTimeout(resolve))
    times.push(performance.now() - start)
  }
  return times
})()`

const lab = await openLab()
try {
  const first: number[] = []
  const fresh: number[] = []
  const again: number[] = []
  const keys: number[] = []
  for (let run = 0; run < runs; run++) {
    const { page } = await lab.open()
    await page.getByRole('img', { name: 'Heatmap for' }).waitFor()
    // Since the navigation began; the frame in which the heatmap was drawn ends at its canvas's paint.
    first.push(await page.evaluate<number>("performance.getEntriesByName('first-heatmap')[0].startTime"))
    for (const method of ['epsilon', 'gamma', 'alpha-beta']) {
      fresh.push(await page.evaluate<number>(timeChange('Method', method)))
    }
    for (const method of ['epsilon', 'gamma', 'deep-taylor']) {
      again.push(await page.evaluate<number>(timeChange('Method', method)))
    }
    await page.getByRole('button', { name: 'Root points' }).click()
    await page.locator('[data-rule="w-square"] data').first().waitFor()
    keys.push(...(await page.evaluate<number[]>(timeKeys)))
    await page.context().close()
  }
  process.stdout.write(
    [
      `embedded example, WebAssembly, ${runs} pages, each with an empty cache`,
      `first heatmap after the navigation began: ${summary(first)}`,
      `a method that was not compiled yet, choice to picture: ${summary(fresh)}`,
      `a method that was, choice to picture: ${summary(again)}`,
      `root points, key to numbers: ${summary(keys)}`,
      '',
    ].join('\n'),
  )
} finally {
  await lab.close()
}
