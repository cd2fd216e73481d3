/** Where relevance went, layer by layer, and whether the assumptions of the method held: the facts behind `deeptaylor audit`. */

import { encodeModel } from '../core/1-codec/encode.ts'
import type { LedgerStat } from '../core/5-explain/ledger.ts'
import { type AnalyzeOptions, ownClasses } from '../core/analysis.ts'
import { type auditTotals, type CompiledAudit, compileAudit } from '../core/audit.ts'
import { DeepTaylorError, type Warning } from '../core/diagnostics.ts'
import { defaultRuntime } from '../runtime/default.ts'
import { oracleOf } from '../runtime/oracle.ts'
import type { FloatTensor, Runtime, Session, Tensor } from '../runtime/session.ts'
import { checkFinite, warnOutsideBox } from './check-input.ts'
import { inputFeed, shapedInput, targetInputs } from './feeds.ts'
import { checkFurther, type FurtherInputs, furtherFeeds, furtherRows, rowsOf } from './further-inputs.ts'
import type { LoadedModel } from './model-bytes.ts'
import { modeOf, readTarget, type Target, targetFeeds } from './target.ts'

/** What can be checked. */
export const auditChecks = ['conservation', 'positivity', 'roots'] as const

/** One of them. */
export type AuditCheck = (typeof auditChecks)[number]

/** How an explanation is audited. */
export interface AuditOptions extends Omit<AnalyzeOptions, 'shape'> {
  /** Default `top`. */
  readonly target?: Target
  readonly labels?: readonly string[]
  /** What may be lost, negative, or through inadmissible roots, as a share; at least 0. Default 1e-3. */
  readonly tolerance?: number
  /** Which checks count. Default: all. */
  readonly checks?: readonly AuditCheck[]
  readonly runtime?: Runtime
  readonly signal?: AbortSignal
  /** Called after every input with the number of inputs done. */
  readonly onProgress?: (done: number) => void
}

/** One input: float32, of the model's input shape, with or without the batch axis; a batch counts as its samples. */
export interface AuditInput extends FurtherInputs {
  readonly tensor: FloatTensor
  /** What messages call it. Default `input`. */
  readonly name?: string
}

/** One layer's line; sums over all samples, in the unit of the logit. */
export interface AuditLayer {
  readonly layer: string
  readonly operator: string
  /** The rule's name, or what happens instead. */
  readonly rule: string
  /** ΣR of its outputs. */
  readonly received: number
  /** ΣR that it gave to its inputs. */
  readonly sent: number
  /** Where the difference went. */
  readonly lost: {
    /** Biases that keep a share. */
    readonly bias: number
    /** Neurons to which no input contributes: they fired from their bias alone. */
    readonly unsupported: number
    /** The stabiliser ε of the denominators. */
    readonly stabilizer: number
    /** Constants that stand beside activations. */
    readonly constants: number
    /** The method's definition, and rounding. */
    readonly definition: number
  }
  /** Σ min(0, R) of what it gave to its inputs. */
  readonly negative: number
  /** Share of |R| through neurons with a positive bias; null where there are no biases. */
  readonly positiveBiasShare: number | null
  /** Share of |R| through neurons whose root point is not in the domain; null where the rule promises none. */
  readonly inadmissibleShare: number | null
}

/** A check's outcome. */
export interface AuditVerdict {
  readonly check: AuditCheck
  /** The share that is compared with the tolerance, 0 at best. */
  readonly value: number
  readonly passes: boolean
  /** One sentence. */
  readonly words: string
}

/** What the books say. */
export interface AuditReport {
  readonly source: string
  readonly method: string
  readonly samples: number
  /** Σ of the explained logits. */
  readonly logit: number
  /** Σ of the relevance of the inputs. */
  readonly relevance: number
  /** Σ of the relevance of the model's other inputs. */
  readonly elsewhere: number
  /** From the output to the input. */
  readonly layers: readonly AuditLayer[]
  readonly verdicts: readonly AuditVerdict[]
  readonly tolerance: number
  /** Whether every check that counts passes. */
  readonly passes: boolean
  readonly warnings: readonly Warning[]
}

type Totals = Readonly<Record<(typeof auditTotals)[number], number>>
type Line = Readonly<Partial<Record<LedgerStat, number>>>

/**
 * Audits the explanation of one input, or of a set, which is read one after the other.
 *
 * @throws DeepTaylorError as `compileModel`; `input-invalid`, `target-invalid`; `option-invalid` for gradient methods
 */
export async function audit(
  model: LoadedModel,
  inputs: Iterable<AuditInput> | AsyncIterable<AuditInput>,
  options: AuditOptions = {},
): Promise<AuditReport> {
  const { tolerance = 1e-3, checks = auditChecks, runtime = await defaultRuntime() } = options
  if (!(tolerance >= 0 && Number.isFinite(tolerance))) {
    throw new DeepTaylorError('option-invalid', { option: 'tolerance', reason: `${tolerance} is not a number ≥ 0` })
  }
  const auditor = new Auditor(model, options, runtime)
  try {
    let done = 0
    for await (const { tensor, name = 'input', ...further } of inputs) {
      options.signal?.throwIfAborted()
      await auditor.add(tensor, name, further)
      done++
      options.onProgress?.(done)
    }
    if (done === 0) throw new DeepTaylorError('option-invalid', { option: 'inputs', reason: 'there are none' })
    return auditor.report(model.source, tolerance, checks)
  } finally {
    await auditor.close()
  }
}

interface Ready {
  readonly compiled: CompiledAudit
  readonly session: Session
}

/** A layer's line, as far as it is summed. */
interface Entry {
  readonly layer: Pick<AuditLayer, 'layer' | 'operator' | 'rule'>
  /** It puts constants beside activations. */
  readonly puts: boolean
  line: Line
}

/** Keeps the sums of all samples. */
class Auditor {
  readonly #model: LoadedModel
  readonly #options: AuditOptions
  readonly #runtime: Runtime
  readonly #ready = new Map<string, Ready>()
  readonly #totals: Totals[] = []
  readonly #lines = new Map<string, Entry>()
  readonly #warnings: Warning[] = []
  #method = ''

  constructor(model: LoadedModel, options: AuditOptions, runtime: Runtime) {
    this.#model = model
    this.#options = options
    this.#runtime = runtime
  }

  async add(tensor: FloatTensor, name: string, given: FurtherInputs): Promise<void> {
    const { batch, sizes, step } = shapedInput(this.#model.model, this.#options, tensor, name)
    checkFinite(batch, name)
    const { target = 'top', labels = ownClasses(this.#model.model, this.#options).labels } = this.#options
    const classes = { classes: 0, labels }
    const first = await this.#prepare(sizes, readTarget(target, classes))
    const known = { classes: first.compiled.analysis.classes, labels }
    const read = readTarget(target, known)
    const { compiled, session } = await this.#prepare(sizes, read)
    if (!compiled.analysis.tokens) this.#warnings.push(...warnOutsideBox(batch, compiled.analysis.box, name))
    const further = checkFurther(given, compiled.analysis, batch, name)
    const [count = 1] = batch.dims
    const feed = targetFeeds(read, compiled.names, { ...known, count })
    for (let from = 0; from < count; from += step) {
      this.#options.signal?.throwIfAborted()
      const input = rowsOf(batch, from, from + step)
      const used = [compiled.names.input, ...targetInputs(compiled.names)]
      const feeds: Record<string, Tensor> = {
        ...furtherFeeds(compiled.model, used, input, furtherRows(further, from, from + step, count)),
        ...feed(from, from + step),
        [compiled.names.input]: inputFeed(compiled.analysis, input, name),
      }
      const outputs = await session.run(feeds, [compiled.names.sums])
      this.#book(compiled, Array.from(outputs[compiled.names.sums]?.data ?? [], Number))
    }
  }

  #book({ columns, analysis }: CompiledAudit, sums: readonly number[]): void {
    this.#method = analysis.method.name
    const totals: Partial<Record<(typeof auditTotals)[number], number>> = {}
    for (const [i, column] of columns.entries()) {
      const value = sums[i] as number
      if (column.step === undefined) {
        totals[column.stat] = value
        continue
      }
      const { node, decision } = column.step
      const before = this.#lines.get(node.name)
      const rule = decision.kind === 'rule' ? decision.rule.name : decision.kind
      const hasConstants = node.inputs.some(name => name !== '' && !analysis.facts.active.has(name))
      const puts = puttingTogether.has(node.opType) && hasConstants
      const entry = before ?? { layer: { layer: node.name, operator: node.opType, rule }, puts, line: {} }
      entry.line = { ...entry.line, [column.stat]: (entry.line[column.stat] ?? 0) + value }
      this.#lines.set(node.name, entry)
    }
    this.#totals.push(totals as Totals)
  }

  report(source: string, tolerance: number, checks: readonly AuditCheck[]): AuditReport {
    const layers = [...this.#lines.values()].map(({ layer, puts, line }) => ({ ...layer, ...layerOf(line, puts) }))
    const verdicts = verdictsOf(this.#totals, layers, tolerance).filter(({ check }) => checks.includes(check))
    const sum = (stat: keyof Totals) => this.#totals.reduce((total, one) => total + one[stat], 0)
    return {
      source,
      method: this.#method,
      samples: this.#totals.length,
      logit: sum('logit'),
      relevance: sum('relevance'),
      elsewhere: sum('elsewhere'),
      layers,
      verdicts,
      tolerance,
      passes: verdicts.every(({ passes }) => passes),
      warnings: this.#warnings,
    }
  }

  async close(): Promise<void> {
    for (const { session } of this.#ready.values()) await session.close()
  }

  async #prepare(
    sizes: readonly (number | undefined)[] | undefined,
    target: ReturnType<typeof readTarget>,
  ): Promise<Ready> {
    const mode = modeOf(target)
    const key = JSON.stringify([sizes ?? null, mode])
    const before = this.#ready.get(key)
    if (before) return before
    const { method, rules, box, input, output } = this.#options
    const compiled = await compileAudit(this.#model.model, oracleOf(this.#runtime), {
      ...(method && { method }),
      ...(rules && { rules }),
      ...(box && { box }),
      ...(input !== undefined && { input }),
      ...(output !== undefined && { output }),
      ...(sizes && { shape: sizes }),
      target: mode,
    })
    const ready = { compiled, session: await this.#runtime.open(encodeModel(compiled.model)) }
    this.#ready.set(key, ready)
    return ready
  }
}

/** Operators that put constants beside activations. */
const puttingTogether: ReadonlySet<string> = new Set(['Concat', 'Where'])

function layerOf(line: Line, puts: boolean): Omit<AuditLayer, 'layer' | 'operator' | 'rule'> {
  const { received = 0, sent = 0, bias = 0, unsupported = 0, stabilizer = 0, negative = 0 } = line
  const rest = received - sent - bias - unsupported - stabilizer
  const share = (part: number | undefined) =>
    part === undefined ? null : part === 0 ? 0 : part / (line.receivedMagnitude ?? 1)
  return {
    received,
    sent,
    lost: { bias, unsupported, stabilizer, constants: puts ? rest : 0, definition: puts ? 0 : rest },
    negative,
    positiveBiasShare: share(line.positiveBias),
    inadmissibleShare: share(line.inadmissible),
  }
}

function verdictsOf(totals: readonly Totals[], layers: readonly AuditLayer[], tolerance: number): AuditVerdict[] {
  const worst = (shareOf: (one: Totals) => number) => Math.max(...totals.map(shareOf))
  const errors = worst(({ logit, relevance, elsewhere }) =>
    relevance + elsewhere === logit ? 0 : Math.abs(relevance + elsewhere - logit) / Math.abs(logit),
  )
  const negative = worst(({ relevanceNegative, relevanceMagnitude }) =>
    relevanceNegative === 0 ? 0 : -relevanceNegative / relevanceMagnitude,
  )
  const checked = layers.filter(layer => layer.inadmissibleShare !== null)
  const roots = Math.max(0, ...checked.map(layer => layer.inadmissibleShare as number))
  const at = checked.find(layer => layer.inadmissibleShare === roots && roots > 0)?.layer
  const each = totals.length === 1 ? '' : ' of the worst sample'
  const verdict = (check: AuditCheck, value: number, words: string): AuditVerdict => ({
    check,
    value,
    passes: value <= tolerance,
    words,
  })
  return [
    verdict(
      'conservation',
      errors,
      `${share(errors)} of the logit${each} ${errors <= tolerance ? 'is' : 'was'} lost or added`,
    ),
    verdict('positivity', negative, `${share(negative)} of the relevance${each} is negative`),
    verdict(
      'roots',
      roots,
      checked.length === 0
        ? 'no layer has a rule whose root point is promised to lie in a domain'
        : roots === 0
          ? 'every root point of z⁺ and zᴮ that relevance passed lies in its domain'
          : `up to ${share(roots)} of a layer's relevance (${at}) passes neurons whose root point is not in the domain`,
    ),
  ]
}

function share(value: number): string {
  return value === 0 ? 'nothing' : `${Number((value * 100).toPrecision(2))} %`
}
