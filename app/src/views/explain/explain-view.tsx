/** The view in which one input is explained. */

import './explain.css'
import { plane } from '../../state/explanation.ts'
import { Findings } from './findings.tsx'
import { HeatmapCanvas } from './heatmap-canvas.tsx'

/** The view. */
export function ExplainView() {
  return (
    <div class="explain">
      <section aria-label="Pictures">{plane.value && <HeatmapCanvas plane={plane.value} />}</section>
      <Findings />
    </div>
  )
}
