/** The view of root points: what deep Taylor decomposition does at one neuron, to be taken into one's hands. */

import './roots.css'
import { useComputed } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { save } from '../explain/save.ts'
import { drawn, move, scene, watchScene } from './answer.ts'
import { Controls } from './controls.tsx'
import { Derivation } from './derivation.tsx'
import { Figure } from './figure.tsx'
import { figureFile } from './figure-file.ts'
import { ModelNeuron } from './model-neuron.tsx'
import { RuleList } from './rule-list.tsx'
import { presets, writeScene } from './scene.ts'
import { Spoken } from './spoken.tsx'
import { fixed } from './words.ts'

/** The view. */
export function RootsView() {
  useEffect(watchScene, [])
  return (
    <div class="roots">
      <section class="roots-main" aria-label="Figure">
        <Presets />
        <figure>
          <Figure />
          <Caption />
          <SaveFigure />
        </figure>
      </section>
      <section class="roots-side" aria-label="Rules">
        <NeuronCard />
        <RuleList />
        <Derivation />
      </section>
      <ModelNeuron />
      <Spoken />
    </div>
  )
}

function Presets() {
  const open = useComputed(() => presets.find(preset => writeScene(preset.scene) === writeScene(scene.value)))
  return (
    <div class="roots-presets">
      <fieldset class="row">
        <legend class="hidden">Situations</legend>
        {presets.map(preset => (
          <button key={preset.id} type="button" aria-pressed={open.value === preset} onClick={() => move(preset.scene)}>
            {preset.title}
          </button>
        ))}
      </fieldset>
      <p class="small">{open.value?.words ?? 'Your own. A link to this page brings it back.'}</p>
    </div>
  )
}

/** What is seen, as a caption says it. */
function Caption() {
  return (
    <figcaption>
      A ReLU neuron of two inputs, with lines of equal R<sub>j</sub> on the side where it fires. Hatched: not the
      domain. Each rule searches the hinge from x along a direction of its own; a full circle is a root in the domain, a
      crossed one a root outside. What is coloured can be dragged, or moved by arrow keys (with shift, farther).
    </figcaption>
  )
}

function SaveFigure() {
  const saveIt = () => {
    const figure = document.querySelector<SVGSVGElement>('.roots-figure svg')
    if (figure) save(figureFile(figure), 'root-points.svg')
  }
  return (
    <button type="button" class="quiet roots-save" onClick={saveIt}>
      Save the figure as SVG
    </button>
  )
}

/** The neuron with its numbers. */
function NeuronCard() {
  const { scene: shown, result } = drawn.value
  const facts = result?.facts['w-square']
  const { w, x, b } = shown
  const sum = `${fixed(w[0])}·${bracketed(x[0])} + ${bracketed(w[1])}·${bracketed(x[1])} ${b < 0 ? '−' : '+'} ${fixed(Math.abs(b))}`
  const isOff = facts && !(facts.preactivation > 0)
  return (
    <section class="card roots-neuron" aria-label="Neuron">
      <h2>The neuron {facts && (isOff ? 'is off' : 'fires')}</h2>
      <p class="variable">
        R<sub>j</sub> = max(0, w₁x₁ + w₂x₂ + b) = max(0, {sum}) ={' '}
        {facts && <data value={String(facts.output)}>{fixed(facts.output, 3)}</data>}
      </p>
      {isOff && (
        <p role="note">
          w·x + b = {fixed(facts.preactivation, 3)} ≤ 0: there is nothing to explain, nothing to share, and no root is
          needed. Drag x across the hinge.
        </p>
      )}
      {result && !isOff && (
        <p class="small">
          Deep Taylor takes <b>{result.choice.rule}</b> here: the neuron {result.choice.why}.
        </p>
      )}
      <Controls />
    </section>
  )
}

function bracketed(value: number): string {
  return value < 0 ? `(${fixed(value)})` : fixed(value)
}
