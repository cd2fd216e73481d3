/** How much of the relevance lies on the shape, picture by picture: `npx tsx bench/scenes.ts`. */

import { explainScenes } from '../test/support/scenes.ts'

for (const model of ['scenes.onnx', 'scenes-unconstrained.onnx'] as const) {
  const results = await explainScenes(model)
  console.log(
    `\n${model}\n${'picture'.padEnd(14)}${'inside'.padStart(8)}${'area'.padStart(8)}${'factor'.padStart(8)}   conservation error`,
  )
  for (const { picture, inside, area, conservationError } of results) {
    const cells = [percent(inside), percent(area), (inside / area).toFixed(2)].map(cell => cell.padStart(8)).join('')
    console.log(`${picture.padEnd(14)}${cells}   ${conservationError.toExponential(1)}`)
  }
  const mean = (of: (r: (typeof results)[number]) => number) =>
    results.reduce((sum, r) => sum + of(r), 0) / results.length
  const cells = [percent(mean(r => r.inside)), percent(mean(r => r.area)), mean(r => r.inside / r.area).toFixed(2)]
  console.log(`${'mean'.padEnd(14)}${cells.map(cell => cell.padStart(8)).join('')}`)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
