/** The view in which one input is explained: what is open on the left, pictures in the middle, what was found on the right. */

import './explain.css'
import { InputCard } from './input-card.tsx'
import { LayerRulesCard } from './layer-rules-card.tsx'
import { MethodCard } from './method-card.tsx'
import { ModelCard } from './model-card.tsx'
import { PredictionCard } from './prediction-card.tsx'
import { PreprocessingCard } from './preprocessing-card.tsx'
import { Stage } from './stage.tsx'

/** The view. */
export function ExplainView() {
  return (
    <div class="explain">
      <div class="explain-open stack">
        <ModelCard />
        <InputCard />
        <PreprocessingCard />
      </div>
      <Stage />
      <div class="explain-found stack">
        <PredictionCard />
        <MethodCard />
        <LayerRulesCard />
      </div>
    </div>
  )
}
