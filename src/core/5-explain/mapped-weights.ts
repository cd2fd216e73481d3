/** Weights as a rule maps them: nodes over the stored ones, which the runtime folds once, when it loads the model. */

import type { GraphBuilder, Value } from '../0-graph/builder.ts'
import type { WeightMap } from './rules.ts'

/** m(w) of a tensor of weights. */
export function weightsMapped(b: GraphBuilder, w: Value, map: WeightMap): Value {
  if (typeof map === 'object') return scaledBySign(b, w, map)
  switch (map) {
    case 'identity':
      return w
    case 'one':
      return b.op('Expand', [b.floats(1), b.op('Shape', [w], {}, 'shape')], {}, 'w_one')
    case 'square':
      return b.op('Mul', [w, w], {}, 'w_square')
    case 'positive':
      return b.op('Relu', [w], {}, 'w_positive')
    case 'negative':
      return b.op('Min', [w, b.floats(0)], {}, 'w_negative')
  }
}

/** base(w) times one number where w > 0, another where w < 0. */
function scaledBySign(b: GraphBuilder, w: Value, map: Exclude<WeightMap, string>): Value {
  const times = (value: Value, factor: number) =>
    factor === 1 ? value : b.op('Mul', [value, b.floats(factor)], {}, 'w_scaled')
  if (map.base === 'one') {
    const [above, below] = [b.op('Greater', [w, b.floats(0)]), b.op('Less', [w, b.floats(0)])]
    const rest = b.op('Where', [below, b.floats(map.negative), b.floats(0)], {}, 'w_sign')
    return b.op('Where', [above, b.floats(map.positive), rest], {}, 'w_sign')
  }
  // p·m(w⁺) + n·m(w⁻); where one factor is 1 the other half is added to the whole.
  const halves = [
    [weightsMapped(b, w, 'positive'), map.positive],
    [weightsMapped(b, w, 'negative'), map.negative],
  ] as const
  const whole = halves.find(([, factor]) => factor === 1) ? weightsMapped(b, w, map.base) : undefined
  const parts = halves.flatMap(([half, factor]) => {
    const rest = whole === undefined ? factor : factor - 1
    return rest === 0 ? [] : [times(weightsMapped(b, half, map.base), rest)]
  })
  const all = whole === undefined ? parts : [whole, ...parts]
  return all.length === 0
    ? b.op('Mul', [w, b.floats(0)], {}, 'w_none')
    : all.length === 1
      ? (all[0] as Value)
      : b.op('Sum', all, {}, 'w_by_sign')
}
