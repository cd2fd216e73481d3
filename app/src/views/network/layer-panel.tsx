/** The layer that is looked at: its relevance over the picture, what decided its rule, and numbers. */

import { shortNumber } from '../../render/numbers.ts'
import { printDims } from './dims.ts'
import { OverPicture } from './over-picture.tsx'
import { block, flow, summary } from './state.ts'

/** The panel. */
export function LayerPanel() {
  const [open, now, found] = [block.value, flow.value, summary.value]
  if (!open || !now) return null
  const [first] = open.layers
  const hasPlaces = found !== undefined && found.dims.length > 1 && found.plane.values.length > 1
  return (
    <section class="card layer-panel" aria-label="Layer">
      <div class="row spread">
        <h2>{open.title}</h2>
        <span class="small">{open.operators.join(' → ')}</span>
      </div>
      <figure class="stack">
        <OverPicture
          picture={now.of.of.picture}
          plane={hasPlaces ? found.plane : undefined}
          label={`Relevance of ${open.title}, channels summed`}
        />
        <figcaption class="small">
          {hasPlaces
            ? `Channels summed, ${found.plane.width} × ${found.plane.height} places stretched over the picture; full colour is |R| = ${shortNumber(found.plane.extent)}.`
            : found
              ? 'This layer has no places left: see its relevance by neuron.'
              : 'No relevance comes here.'}
        </figcaption>
      </figure>
      <dl class="facts">
        <dt>ΣR</dt>
        <dd class="number">{found ? shortNumber(found.sum, 6) : '–'}</dd>
        {first && (
          <>
            <dt>Rule</dt>
            <dd>
              {first.rule}: {first.why}
            </dd>
          </>
        )}
        <dt>Domain</dt>
        <dd>{open.domain}</dd>
        <dt>Shape</dt>
        <dd class="number">
          {first && `${printDims(first.inputDims)} → `}
          {printDims(open.layers.at(-1)?.outputDims ?? found?.dims)}
        </dd>
        {first?.biases && (
          <>
            <dt>Biases</dt>
            <dd>
              {first.biases.positive} of {first.biases.total} are positive
            </dd>
          </>
        )}
      </dl>
    </section>
  )
}
