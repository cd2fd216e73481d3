/** The view in which methods stand side by side: heatmaps of every input by every method, and how well they say what counts. */

import { useEffect } from 'preact/hooks'
import { inputs } from '../../state/inputs.ts'
import { model } from '../../state/model.ts'
import { settings } from '../../state/settings.ts'
import { watchCells } from './cells.ts'
import './compare.css'
import { Flipping } from './flipping.tsx'
import { Grid } from './grid.tsx'
import { GridTools } from './grid-tools.tsx'
import { MethodList } from './method-list.tsx'

/** The view. */
export function CompareView() {
  useEffect(watchCells, [])
  return (
    <div class="compare">
      <MethodList />
      <div class="stack compare-main">
        <section class="stack" aria-labelledby="grid-title">
          <div class="row spread">
            <h2 id="grid-title">Heatmaps</h2>
            <GridTools />
          </div>
          {nothing() ?? <Grid />}
        </section>
        {nothing() === undefined && <Flipping />}
      </div>
    </div>
  )
}

function nothing() {
  if (!model.value)
    return <p class="empty">No model is open. Drop an .onnx file, or open an example in the Explain view.</p>
  if (inputs.value.length === 0)
    return <p class="empty">Nothing to compare on: drop some pictures, texts or a table.</p>
  if (settings.value.methods.length === 0)
    return <p class="empty">Choose the methods that are to stand side by side.</p>
  return undefined
}
