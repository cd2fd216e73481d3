/** A rule from its direction to its shares, every letter replaced by its number. */

import type { ComponentChildren } from 'preact'
import type { NeuronFacts } from '../../../../src/web.ts'
import { drawn } from './answer.ts'
import type { Scene } from './scene.ts'
import { verdictOf } from './verdict.ts'
import { fixed, ruleWords, subscript, vector } from './words.ts'

/** The chosen rule's lines; nothing where it has no root. */
export function Derivation() {
  const { scene, result } = drawn.value
  const { chosen } = scene
  const facts = result?.facts[chosen]
  const words = ruleWords.find(({ id }) => id === chosen)
  if (!facts || !words) return null
  const { kind } = verdictOf(chosen, scene, facts)
  if (kind !== 'inside' && kind !== 'outside') return null
  return (
    <section class="card" aria-label={`${words.name} with numbers`}>
      <h2>{words.name} with numbers</h2>
      <Lines direction={words.direction} scene={scene} facts={facts} />
    </section>
  )
}

interface LinesProps {
  readonly direction: string
  readonly scene: Scene
  readonly facts: NeuronFacts
}

function Lines({ direction: formula, scene, facts }: LinesProps) {
  const { x, w } = scene
  const { direction, t, root, preactivation, relevance, output } = facts
  const [v1 = 0, v2 = 0] = direction
  // What t was divided by.
  const slope = preactivation / t
  const products = `${product(v1, w[0])} + ${product(v2, w[1])}`
  return (
    <dl class="roots-derivation">
      <Row name="Direction">
        {formula}, so v = {vector(direction)}
      </Row>
      <Row name="To the hinge">
        t = <Fraction over="w·x + b" under="v·w" /> ={' '}
        <Fraction over={fixed(preactivation, 3)} under={fixed(slope, 3)} /> ={' '}
        <data value={String(t)}>{fixed(t, 3)}</data>
      </Row>
      <Row name="Root">
        x̃ = x − t·v = {vector(x)} − {fixed(t, 3)}·{vector(direction)} ={' '}
        <data value={root.join(' ')}>{vector(root, 3)}</data>
      </Row>
      {([0, 1] as const).map(i => (
        <Row key={i} name={`Share of x${subscript(i)}`}>
          R{subscript(i)} = <Fraction over={`v${subscript(i)}·w${subscript(i)}`} under="v·w" /> · R<sub>j</sub> ={' '}
          <Fraction over={product(direction[i] ?? 0, w[i])} under={products} /> · {fixed(output, 3)} ={' '}
          {fixed(relevance[i] ?? 0, 3)}
        </Row>
      ))}
    </dl>
  )
}

function product(v: number, w: number): string {
  const bracketed = (value: number) => (value < 0 ? `(${fixed(value)})` : fixed(value))
  return `${bracketed(v)}·${bracketed(w)}`
}

function Row({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="variable">{children}</dd>
    </div>
  )
}

function Fraction({ over, under }: { readonly over: string; readonly under: string }) {
  return (
    <span class="fraction">
      <span>{over}</span>
      <span class="hidden"> divided by </span>
      <span>{under}</span>
    </span>
  )
}
