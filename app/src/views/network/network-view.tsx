/** The view in which relevance is followed back through the network. */

import './network.css'
import { useEffect } from 'preact/hooks'
import { Channels } from './channels.tsx'
import { Graph } from './graph.tsx'
import { LayerPanel } from './layer-panel.tsx'
import { NeuronPanel } from './neuron-panel.tsx'
import { Scrubber } from './scrubber.tsx'
import { flow, isNarrow, network, noFlow, watchNetwork } from './state.ts'

watchNetwork()

const narrow = matchMedia('(max-width: 640px)')

/** The view. */
export function NetworkView() {
  useEffect(() => {
    const look = () => {
      isNarrow.value = narrow.matches
    }
    look()
    narrow.addEventListener('change', look)
    return () => narrow.removeEventListener('change', look)
  }, [])
  const { report } = network.value ?? {}
  return (
    <div class="network">
      <section class="card network-graph" aria-label="Network">
        <div class="row spread">
          <h2>Network</h2>
          {report && (
            <p class="small">
              {report.source}, {report.layers.length} layers, {report.method}, explains {report.output.name}
            </p>
          )}
        </div>
        <Graph />
        {noFlow.value !== undefined && <p class="no-flow">No relevance of layers: {noFlow.value}</p>}
      </section>
      {flow.value && (
        <>
          <Scrubber />
          <div class="network-layer">
            <LayerPanel />
            <Channels />
          </div>
          <NeuronPanel />
        </>
      )}
    </div>
  )
}
