/** What a reader of figures must know of the methods themselves: assumptions that the model breaks, and books that do not balance. */

import { type AuditInput, audit } from '../explainer/audit.ts'
import type { ReadInput } from './cases.ts'
import type { EvaluationInput } from './options.ts'
import type { AuditSummary, EvaluationReport } from './report.ts'
import type { Subject } from './subject.ts'

/** Per method, what about the model breaks its assumptions. */
export async function warningsOf(subject: Subject, dims: readonly number[]): Promise<EvaluationReport['warnings']> {
  const found: EvaluationReport['warnings'][number][] = []
  for (const { name } of subject.methods) {
    const warnings = await (await subject.explainer(name)).warnings(dims)
    found.push(...warnings.map(({ code, message }) => ({ method: name, code, message })))
  }
  return found
}

/** The books of the methods that promise conservation, each over the inputs and their targets. */
export async function auditsOf(
  subject: Subject,
  inputs: readonly ReadInput<EvaluationInput>[],
): Promise<readonly AuditSummary[]> {
  const summaries: AuditSummary[] = []
  const keeping = subject.methods.filter(({ method }) => method.conserves !== false)
  if (inputs.length === 0) return summaries
  for (const { name, method, rules } of keeping) {
    const { input, output, box, signal } = subject.options
    const parts: AuditSummary[] = []
    // One audit has one target.
    for (const target of new Set(inputs.map(one => one.target))) {
      const some = inputs.filter(one => one.target === target)
      const report = await audit(subject.loaded, some.map(auditInput), {
        method,
        target: (await subject.classes(some[0]?.tensor.dims)).targetOf(target),
        runtime: subject.runtime,
        ...(rules && { rules }),
        ...(subject.labels && { labels: subject.labels }),
        ...(input !== undefined && { input }),
        ...(output !== undefined && { output }),
        ...(box && { box }),
        ...(signal && { signal }),
      })
      parts.push({ method: name, samples: report.samples, verdicts: report.verdicts, passes: report.passes })
    }
    summaries.push(worstOf(name, parts))
  }
  return summaries
}

function auditInput({ id, tensor, further }: ReadInput<EvaluationInput>): AuditInput {
  return { tensor, name: id, ...further }
}

/** Audits speak of the worst sample, so several are as bad as the worst of them. */
function worstOf(method: string, parts: readonly AuditSummary[]): AuditSummary {
  const all = parts.flatMap(({ verdicts }) => verdicts)
  const checks = [...new Set(all.map(({ check }) => check))]
  return {
    method,
    samples: parts.reduce((sum, { samples }) => sum + samples, 0),
    verdicts: checks.map(check => {
      const same = all.filter(one => one.check === check)
      return same.reduce((worst, one) => (one.value > worst.value ? one : worst))
    }),
    passes: parts.every(({ passes }) => passes),
  }
}
