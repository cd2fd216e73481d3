/** How an explanation changes as a picture moves: continuity under translation. */

import { type Layout, offsetOf } from '../layout.ts'
import type { Case, Curve, Measure, Outcome, Tools } from '../measure.ts'
import { explainCopies, norm, notFinite, silent, unmoved } from './nearby.ts'
import { each } from './noise.ts'

/** Continuity under translation by up to `largestShift` places. */
export function continuity(largestShift: number): Measure {
  return {
    name: 'continuity',
    title: 'Continuity under translation',
    group: 'robustness',
    direction: 'lower',
    unit: 'share of ‖R‖₁ per unit of the input',
    range: '0 and more; 0 for an explanation that does not depend on the input',
    definition:
      'max over x′ of ‖R(x) − R(x′)‖₁ / ‖x − x′‖₂, relative to ‖R(x)‖₁; x′ is the picture moved up, down, left and right by 1 to ' +
      'largestShift places, its edge repeated where nothing is left. The detail "absolute" is not relative to ‖R(x)‖₁, as the paper ' +
      'has it. The detail "misaligned" is the mean over x′ of ‖R(x′) − T R(x)‖₁ / (‖R(x′)‖₁ + ‖T R(x)‖₁) over the places that the moved ' +
      'picture T x keeps: 0 for an explanation that moves along, at most 1. Quantus 0.6.0 takes the paper’s ' +
      'quotient of magnitudes, each explanation divided by its largest, over horizontal moves through the whole width, filled with black',
    source:
      'Montavon, Samek and Müller 2018, Methods for Interpreting and Understanding Deep Neural Networks, section 7.1 (explanation continuity)',
    needs: ['numbers', 'picture'],
    parameters: { largestShift },
    evaluate: (cases, tools) => each(cases, of => moved(of, largestShift, tools)),
  }
}

/** A move by whole places, down and to the right. */
interface Shift {
  readonly rows: number
  readonly columns: number
}

async function moved(of: Case, largestShift: number, tools: Tools): Promise<Outcome> {
  const whole = norm(of.relevance.data, 'l1')
  if (whole === 0) return silent
  const lengths = Array.from({ length: largestShift }, (_, i) => i + 1)
  const shifts = lengths.flatMap((by): Shift[] => [
    { rows: by, columns: 0 },
    { rows: -by, columns: 0 },
    { rows: 0, columns: by },
    { rows: 0, columns: -by },
  ])
  const largest = new Float64Array(largestShift)
  let [count, misaligned, i] = [0, 0, 0]
  await explainCopies(of, copies(of, shifts), tools, (copy, relevance) => {
    const shift = shifts[i++] as Shift
    const distance = norm(copy, 'l2', of.input.data)
    if (distance === 0) return
    const at = Math.abs(shift.rows + shift.columns) - 1
    largest[at] = Math.max(largest[at] as number, norm(relevance, 'l1', of.relevance.data) / distance)
    misaligned += misalignment(of.relevance.data, relevance, of.layout, shift)
    count++
  })
  if (count === 0) return unmoved
  const absolute = Math.max(...largest)
  if (!Number.isFinite(absolute)) return notFinite
  const curve: Curve = {
    x: lengths,
    y: Array.from(largest, value => value / whole),
    xLabel: 'places moved',
    yLabel: 'change of the explanation',
  }
  return {
    value: absolute / whole,
    details: { absolute, misaligned: misaligned / count },
    curves: { 'by shift': curve },
  }
}

function* copies({ input, layout }: Case, shifts: readonly Shift[]): Generator<Float32Array> {
  for (const shift of shifts) yield translated(input.data, layout, shift)
}

/** The picture moved, its edge repeated. */
function translated(data: Float32Array, layout: Layout, shift: Shift): Float32Array {
  const copy = new Float32Array(data.length)
  for (const { from, to } of places(layout, shift)) {
    for (let channel = 0; channel < layout.channels; channel++) {
      copy[offsetOf(layout, to, channel)] = data[offsetOf(layout, from, channel)] as number
    }
  }
  return copy
}

/** How far the explanation of the moved picture is from the moved explanation, where both are of what was there before; 0…1. */
function misalignment(before: Float32Array, after: Float32Array, layout: Layout, shift: Shift): number {
  let [difference, both] = [0, 0]
  for (const { from, to, isInside } of places(layout, shift)) {
    if (!isInside) continue
    for (let channel = 0; channel < layout.channels; channel++) {
      const was = before[offsetOf(layout, from, channel)] as number
      const is = after[offsetOf(layout, to, channel)] as number
      difference += Math.abs(is - was)
      both += Math.abs(is) + Math.abs(was)
    }
  }
  return both === 0 ? 0 : difference / both
}

/** Which place of the picture every place of the moved one shows. */
function* places(
  { spatial }: Layout,
  shift: Shift,
): Generator<{ readonly from: number; readonly to: number; readonly isInside: boolean }> {
  const [rows = 1, columns = 1] = spatial
  const within = (at: number, size: number) => Math.min(size - 1, Math.max(0, at))
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [y, x] = [row - shift.rows, column - shift.columns]
      const [fromRow, fromColumn] = [within(y, rows), within(x, columns)]
      yield {
        from: fromRow * columns + fromColumn,
        to: row * columns + column,
        isInside: y === fromRow && x === fromColumn,
      }
    }
  }
}
