/** Every rule with its shares as a sum, and what is to be said of its root. */

import type { NeuronFacts } from '../../../../src/web.ts'
import type { NeuronRule } from '../../worker/protocol.ts'
import { drawn, move } from './answer.ts'
import type { Scene } from './scene.ts'
import { headOf, type Verdict, verdictOf } from './verdict.ts'
import { fixed, type RuleWords, ruleWords } from './words.ts'

/** The list. */
export function RuleList() {
  const { scene, result } = drawn.value
  if (!result) return <p class="empty">The worker is busy with something else; the roots follow.</p>
  const { output } = result.facts['w-square']
  const most = Math.max(
    output,
    ...ruleWords
      .filter(({ id }) => !scene.hidden.includes(id) && isSettled(verdictOf(id, scene, result.facts[id])))
      .flatMap(({ id }) => partialSums(result.facts[id])),
    1e-9,
  )
  return (
    <ul class="roots-rules">
      {ruleWords.map(words => (
        <RuleRow
          key={words.id}
          words={words}
          scene={scene}
          facts={result.facts[words.id]}
          most={most}
          isChoice={words.name === result.choice.rule}
        />
      ))}
    </ul>
  )
}

function isSettled({ kind }: Verdict): boolean {
  return kind === 'inside' || kind === 'outside'
}

/** Where the bars of a sum reach to. */
function partialSums({ relevance: [first = 0, second = 0] }: NeuronFacts): readonly number[] {
  return [0, first, first + second].map(Math.abs)
}

interface RowProps {
  readonly words: RuleWords
  readonly scene: Scene
  readonly facts: NeuronFacts
  readonly most: number
  readonly isChoice: boolean
}

function RuleRow({ words: { id, name, direction, words }, scene, facts, most, isChoice }: RowProps) {
  const verdict = verdictOf(id, scene, facts)
  const isUnsuited = verdict.kind === 'unsuited'
  const isHidden = scene.hidden.includes(id)
  const isChosen = id === scene.chosen && !isUnsuited
  return (
    <li class={`roots-rule ${verdict.kind}${isChosen ? ' chosen' : ''}`} data-rule={id}>
      <div class="roots-rule-head">
        <label class="roots-shown">
          <input
            type="checkbox"
            checked={!isHidden && !isUnsuited}
            disabled={isUnsuited}
            onChange={() => move({ hidden: toggled(scene.hidden, id) })}
          />
          <svg class={`key search ${id}`} width="28" height="12" aria-hidden="true">
            <line x1="0" y1="6" x2="28" y2="6" />
          </svg>
          <span class="hidden">Show the root of </span>
          <b>{name}</b>
        </label>
        {isSettled(verdict) && (
          <button
            type="button"
            aria-pressed={isChosen}
            onClick={() => move({ chosen: id, hidden: scene.hidden.filter(one => one !== id) })}
          >
            <span class="hidden">{name} </span>with numbers
          </button>
        )}
        <span class="roots-direction">
          <span class="variable">{direction}</span>{' '}
          <small>
            {words}
            {isChoice && (
              <>
                ; <b>deep Taylor’s choice</b>
              </>
            )}
          </small>
        </span>
      </div>
      {isSettled(verdict) && !isHidden && <Sum facts={facts} most={most} />}
      <p class="roots-verdict">
        <strong>{headOf(verdict, scene)}:</strong> {verdict.kind === 'outside' && `${verdict.leaves}. `}
        {verdict.words}
      </p>
    </li>
  )
}

function toggled(hidden: readonly NeuronRule[], rule: NeuronRule): readonly NeuronRule[] {
  return hidden.includes(rule) ? hidden.filter(one => one !== rule) : [...hidden, rule]
}

/** R₁ and R₂ as bars, one after the other: the second ends where R_j does. */
function Sum({ facts: { relevance, output }, most }: { readonly facts: NeuronFacts; readonly most: number }) {
  const [first = 0, second = 0] = relevance
  const sums = [0, first, first + second]
  const least = Math.min(0, ...sums)
  const span = Math.max(most, ...sums) - Math.min(least, 0)
  const at = (value: number) => ((value - least) / span) * 100
  return (
    <div class="roots-sum">
      <svg viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
        <line class="zero" x1={at(0)} x2={at(0)} y1="0" y2="20" />
        {[first, second].map((value, i) => (
          <rect
            key={i === 0 ? 'first' : 'second'}
            class={value < 0 ? 'against' : 'for'}
            x={at(Math.min(sums[i] as number, sums[i + 1] as number))}
            y={1 + i * 10}
            width={Math.abs(at(value) - at(0))}
            height="8"
          />
        ))}
        <line class="whole" x1={at(output)} x2={at(output)} y1="0" y2="20" />
      </svg>
      <p>
        <span class="variable">R₁</span> <Quantity value={first} /> + <span class="variable">R₂</span>{' '}
        <Quantity value={second} /> = <span class="variable">R</span>
        <sub>j</sub> <Quantity value={output} />
      </p>
    </div>
  )
}

/** A number, shown rounded, held whole. */
function Quantity({ value }: { readonly value: number }) {
  return <data value={String(value)}>{fixed(value, 3)}</data>
}
