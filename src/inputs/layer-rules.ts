/** Rules per layer from a JSON file, or from the words of the command line. */

import { type LayerPattern, type LayerRule, parseLayerPattern } from '../core/5-explain/layer-rules.ts'
import { biasPolicies } from '../core/5-explain/method.ts'
import { type DirectionTerm, searchDirection } from '../core/5-explain/rules.ts'
import { DeepTaylorError } from '../core/diagnostics.ts'
import { Fields } from './config-fields.ts'
import { parseJson } from './labels.ts'

/**
 * `PATTERN=RULE`, like `conv1*=flat`, `operator:Gemm=epsilon:0.1` or `position:first=w-square`.
 *
 * @throws DeepTaylorError `rule-invalid`
 */
export function parseLayerRule(text: string): LayerRule {
  const at = text.lastIndexOf('=')
  if (at > 0 && at < text.length - 1) {
    return { layers: parseLayerPattern(text.slice(0, at)), rule: text.slice(at + 1).trim() }
  }
  throw new DeepTaylorError('rule-invalid', { rule: text, reason: 'PATTERN=RULE was expected, like conv1*=flat' })
}

/**
 * A list of `{ "layers": …, "rule": … }`. `layers` is a pattern in words or an object with `name`, `operator`, `position`
 * and `domain`; `rule` a name with parameters, or `{ "name": …, "terms": [{ "input": …, "weight": …, "positive": …,
 * "negative": … }] }`, a search direction of one's own; `bias` and `stabilizer` are optional.
 *
 * @param file what messages call it
 * @throws DeepTaylorError `config-unreadable`, `rule-invalid`
 */
export function parseLayerRules(text: string, file: string): readonly LayerRule[] {
  const value = parseJson(text, file)
  if (!Array.isArray(value)) {
    throw new DeepTaylorError('config-unreadable', { file, reason: 'it is not a JSON list of rules' })
  }
  return value.map((entry, i) => layerRule(new Fields(entry, `${file}, rule ${i + 1}`)))
}

function layerRule(fields: Fields): LayerRule {
  fields.allow('layers', 'rule', 'bias', 'stabilizer')
  const words = fields.isText('rule') ? fields.text('rule') : undefined
  const direction = words === undefined ? fields.nested('rule') : undefined
  const rule = words ?? (direction && ownDirection(direction))
  if (rule === undefined) throw fields.fault('"rule" is missing')
  const stabilizer = fields.number('stabilizer')
  const bias = fields.choice('bias', biasPolicies)
  return { layers: pattern(fields), rule, ...(bias && { bias }), ...(stabilizer !== undefined && { stabilizer }) }
}

function pattern(fields: Fields): LayerPattern {
  const words = fields.isText('layers') ? fields.text('layers') : undefined
  if (words !== undefined) return parseLayerPattern(words)
  const stated = fields.nested('layers')
  if (!stated) throw fields.fault('"layers" is missing')
  stated.allow('name', 'operator', 'position', 'domain')
  const conditions = (['name', 'operator', 'domain'] as const).flatMap(key => {
    const value = stated.text(key)
    return value === undefined ? [] : [`${key}:${value}`]
  })
  const position = stated.isNumber('position') ? stated.number('position') : stated.text('position')
  if (position !== undefined) conditions.push(`position:${position}`)
  return conditions.length === 0 ? {} : Object.assign({}, ...conditions.map(parseLayerPattern))
}

function ownDirection(fields: Fields): ReturnType<typeof searchDirection> {
  fields.allow('name', 'terms')
  const terms = fields.list('terms').map((term): DirectionTerm => {
    term.allow('input', 'weight', 'positive', 'negative')
    const input = term.text('input')
    if (input === undefined) throw term.fault('"input" is missing')
    const [weight, positive, negative] = [term.text('weight'), term.number('positive'), term.number('negative')]
    return {
      // Names that do not exist are refused by searchDirection, which lists those that do.
      input: input as DirectionTerm['input'],
      ...(weight !== undefined && { weight: weight as NonNullable<DirectionTerm['weight']> }),
      ...(positive !== undefined && { positive }),
      ...(negative !== undefined && { negative }),
    }
  })
  return searchDirection(fields.text('name') ?? 'custom', terms)
}
