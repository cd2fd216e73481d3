/** One more compiled graph: not the relevance but the books of how it came about. */

import { GraphBuilder, type Value } from './0-graph/builder.ts'
import type { Model, ValueInfo } from './0-graph/graph.ts'
import { verify } from './0-graph/verify.ts'
import { dropDead } from './2-canonize/drop-dead.ts'
import type { Context } from './3-operators/operator.ts'
import type { Oracle } from './4-analyze/oracle.ts'
import { receivedFrom } from './5-explain/functional.ts'
import { HiddenLayers } from './5-explain/hidden.ts'
import { Ledger, type LedgerStat, ledgerStats } from './5-explain/ledger.ts'
import type { Step } from './5-explain/plan.ts'
import { type TargetInputs, type TargetMode, writeTable } from './5-explain/target.ts'
import { walk } from './5-explain/walk.ts'
import { lower } from './6-lower/lower.ts'
import { type Analysis, type AnalyzeOptions, analyze } from './analysis.ts'
import { DeepTaylorError } from './diagnostics.ts'
import { checkTarget, walkOf, writeAnyTarget } from './emit.ts'

/** What is audited. */
export interface AuditCompileOptions extends AnalyzeOptions {
  /** What is explained. Default `top`. */
  readonly target?: TargetMode
}

/** Sums of the whole explanation. */
export const auditTotals = ['logit', 'relevance', 'elsewhere', 'relevanceMagnitude', 'relevanceNegative'] as const

/** The audit's graph. It returns one float64 vector; `columns` says what its elements are. */
export interface CompiledAudit {
  readonly model: Model
  readonly analysis: Analysis
  readonly names: TargetInputs & { readonly input: string; readonly sums: string; readonly explainedClass: string }
  /** The total or, with a step, the layer's line that each element belongs to. */
  readonly columns: readonly (
    | { readonly stat: (typeof auditTotals)[number]; readonly step?: undefined }
    | { readonly stat: LedgerStat; readonly step: Step }
  )[]
}

const float64 = 11

/**
 * Compiles the audit of an explanation: all sums are over everything that is fed at once, so feed one sample at a time.
 *
 * @throws DeepTaylorError as `compileModel`, and `option-invalid` for methods that conserve nothing
 */
export async function compileAudit(
  model: Model,
  oracle: Oracle,
  options: AuditCompileOptions = {},
): Promise<CompiledAudit> {
  return writeAudit(await analyze(model, oracle, options), options.target ?? 'top')
}

function writeAudit(analysis: Analysis, mode: TargetMode): CompiledAudit {
  const { model, facts, input, tokens, others, explained, classes, method, steps } = analysis
  if (method.conserves === false) {
    const reason = 'it conserves no relevance, so there are no books to keep: audit deep-taylor or an LRP method'
    throw new DeepTaylorError('option-invalid', { option: `method ${method.name}`, reason })
  }
  checkTarget(mode, analysis)
  const b = new GraphBuilder(model.graph)
  const context: Context = { ...facts, b }
  const ledger = new Ledger(b)
  const plan = { ...walkOf(analysis, context), observe: ledger }
  const hidden = new HiddenLayers(model.graph, steps)
  const logits = b.within('target', () => writeTable(context, explained.logits, Math.max(1, classes)))
  const target = writeAnyTarget(analysis, context, logits, hidden, mode)
  const relevances = walk(plan, receivedFrom(plan, target))
  const relevance = relevances.get(input.name)
  if (!relevance) throw new DeepTaylorError('no-path', { input: input.name, output: explained.output })
  const { columns, values } = b.within('audit', () => {
    const sum = (value: Value) =>
      b.op('ReduceSum', [b.op('Cast', [value], { to: float64 }, 'wide')], { keepdims: 0 }, 'sum')
    const total = (values: readonly Value[]) =>
      values.length === 0
        ? b.op('Cast', [b.floats(0)], { to: float64 }, 'none')
        : b.op('Sum', values.map(sum), {}, 'total')
    const totals: Readonly<Record<(typeof auditTotals)[number], Value>> = {
      logit: sum(target.logit),
      relevance: sum(relevance),
      elsewhere: total(others.sources.flatMap(name => relevances.get(name) ?? [])),
      relevanceMagnitude: sum(b.op('Abs', [relevance])),
      relevanceNegative: sum(b.op('Min', [relevance, b.floats(0)], {}, 'negative')),
    }
    const lines = ledger.entries.flatMap(({ step, sums }) =>
      ledgerStats.flatMap(stat => (sums[stat] === undefined ? [] : [{ step, stat, value: sums[stat] }])),
    )
    return {
      columns: [...auditTotals.map(stat => ({ stat })), ...lines.map(({ step, stat }) => ({ step, stat }))],
      values: [...auditTotals.map(stat => totals[stat]), ...lines.map(({ value }) => value)],
    }
  })
  const single = values.map(value => b.op('Reshape', [value, b.ints([1])], {}, 'column'))
  const sums = b.named('Concat', single, 'audit', { axis: 0 })
  const explainedClass = b.named('Identity', [target.chosen], 'explained_class')
  const outputs: ValueInfo[] = [
    { name: sums, type: { dtype: 'float64', dims: [columns.length] } },
    { name: explainedClass, type: { dtype: 'int64', dims: [''] } },
  ]
  const written = b.appendTo({ ...model.graph, outputs: [] }, outputs, target.inputs)
  const graph = dropDead(lower(written, b.sizes))
  const faults = verify(graph)
  if (faults.length > 0) throw new Error(`the compiler wrote a broken graph: ${faults.join('; ')}`)
  return {
    model: { ...model, graph },
    analysis,
    names: { ...target.names, input: (tokens ?? input).name, sums, explainedClass },
    columns,
  }
}
