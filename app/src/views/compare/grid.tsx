/** The grid: a row per input, a column per method. One cell takes the focus, and arrow keys move it. */

import { useState } from 'preact/hooks'
import { inputs } from '../../state/inputs.ts'
import { settings } from '../../state/settings.ts'
import { methodChoices } from '../explain/methods.ts'
import { cellKey, cells } from './cells.ts'
import { GridCell } from './grid-cell.tsx'
import { RowHead } from './row-head.tsx'
import { sharedExtents } from './scale.ts'

const titles = new Map(methodChoices.map(({ value, label }) => [value, label]))

/** The grid. */
export function Grid() {
  const { methods, sharing } = settings.value
  const rows = inputs.value
  const [focus, setFocus] = useState({ row: 0, column: 0 })
  const made = rows.map(({ id }) => methods.map(method => cells.value.get(cellKey(id, method))))
  const extents = sharedExtents(
    made.map(row => row.map(cell => (cell && 'plane' in cell ? cell.extent : undefined))),
    sharing,
  )
  const at = { row: Math.min(focus.row, rows.length - 1), column: Math.min(focus.column, methods.length - 1) }
  const move = (event: KeyboardEvent) => {
    const to = moved(event.key, at, rows.length, methods.length)
    if (!to) return
    event.preventDefault()
    setFocus(to)
    const table = event.currentTarget as HTMLElement
    table.querySelector<HTMLElement>(`[data-cell="${to.row} ${to.column}"]`)?.focus()
  }
  const count = made.flat().filter(cell => cell !== undefined).length
  return (
    <div class="grid-scroll">
      <table
        class="grid"
        style={{ '--columns': methods.length }}
        aria-label="Heatmaps by input and method. Arrow keys move, Enter opens in Explain."
        aria-busy={count < rows.length * methods.length}
        onKeyDown={move}
      >
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">Input</span>
            </th>
            {methods.map(method => (
              <th key={method} scope="col">
                {titles.get(method)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((input, row) => (
            <tr key={input.id}>
              <RowHead of={input} cells={made[row] ?? []} />
              {methods.map((method, column) => (
                <GridCell
                  key={method}
                  {...{ input, method, title: titles.get(method) ?? method, row, column }}
                  cell={made[row]?.[column]}
                  extent={extents[row]?.[column]}
                  isFocus={at.row === row && at.column === column}
                  onFocus={() => setFocus({ row, column })}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

interface Place {
  readonly row: number
  readonly column: number
}

function moved(key: string, { row, column }: Place, rows: number, columns: number): Place | undefined {
  const to = {
    ArrowRight: { row, column: column + 1 },
    ArrowLeft: { row, column: column - 1 },
    ArrowDown: { row: row + 1, column },
    ArrowUp: { row: row - 1, column },
    Home: { row, column: 0 },
    End: { row, column: columns - 1 },
  }[key]
  if (!to) return undefined
  return to.row < 0 || to.row >= rows || to.column < 0 || to.column >= columns ? undefined : to
}
