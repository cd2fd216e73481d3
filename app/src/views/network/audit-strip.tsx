/** The books as a strip of bars, one per box, above the slider that goes through them; the numbers of the box that is looked at, and all as a table. */

import type { ComponentChildren } from 'preact'
import type { AuditReport } from '../../../../src/web.ts'
import { percent, shortNumber } from '../../render/numbers.ts'
import type { Block } from './blocks.ts'
import { type Line, lineOf, losses, lossWords } from './books.ts'
import { block, books, boxSize, current, lookAt, network, wantsBooks } from './state.ts'

/** The strip, and `children` right under it, whose places are its columns. */
export function AuditStrip({ children }: { readonly children: ComponentChildren }) {
  const [report, all] = [books.value, network.value?.blocks ?? []]
  if (report === undefined || typeof report === 'string') {
    return (
      <>
        {children}
        {report === undefined ? <Waiting /> : <p class="small">No books: {report}</p>}
      </>
    )
  }
  const lines = all.map(one => lineOf(one, report))
  return (
    <div class="audit">
      <ol class="books" aria-label="Where relevance went, by layer" style={{ '--count': String(all.length) }}>
        {all.map((one, i) => (
          <li key={one.id}>
            <button
              type="button"
              tabIndex={-1}
              class="strip-bar"
              aria-current={i === current.value ? 'true' : undefined}
              aria-label={`${one.title}: ${wordsOf(lines[i])}`}
              title={`${one.title}: ${wordsOf(lines[i])}`}
              onClick={() => lookAt(i)}
            >
              <Bar line={lines[i]} />
            </button>
          </li>
        ))}
      </ol>
      {children}
      <Legend />
      <LineFacts line={lines[current.value]} title={block.value?.title ?? ''} />
      <Verdicts report={report} />
      <AuditTable blocks={all} lines={lines} />
    </div>
  )
}

function Waiting() {
  if (!boxSize.value.isLarge || wantsBooks.value) return <p class="small">Keeping the books…</p>
  return (
    <p class="row small">
      <button
        type="button"
        onClick={() => {
          wantsBooks.value = true
        }}
      >
        Keep the books
      </button>
      Where relevance was lost, layer by layer: it takes a while in a network of this size.
    </p>
  )
}

function Bar({ line }: { readonly line: Line | undefined }) {
  if (!line) return <span class="bar-none" />
  const size = Math.abs(line.received) || 1
  return (
    <>
      {line.inadmissibleShare ? (
        <span class="bar-part is-inadmissible" style={{ height: `${Math.min(1, line.inadmissibleShare) * 100}%` }} />
      ) : null}
      {losses.map(kind => {
        const share = Math.min(1, Math.abs(line.lost[kind]) / size)
        return share === 0 ? null : (
          <span key={kind} class={`bar-part is-${kind}`} style={{ flexBasis: `${share * 100}%` }} />
        )
      })}
      <span class="bar-part is-conserved" style={{ flexBasis: `${line.shares.conserved * 100}%` }} />
    </>
  )
}

function wordsOf(line: Line | undefined): string {
  if (!line) return 'relevance arrives here'
  const gone = losses.flatMap(kind =>
    line.lost[kind] === 0 ? [] : `${lossWords[kind]} ${shortNumber(line.lost[kind])}`,
  )
  const roots = line.inadmissibleShare ? [`${percent(line.inadmissibleShare)} through inadmissible roots`] : []
  return [`${percent(line.shares.conserved)} conserved`, ...gone, ...roots].join(', ')
}

function Legend() {
  return (
    <ul class="legend small">
      <li class="is-conserved">conserved</li>
      {losses.slice(0, 3).map(kind => (
        <li key={kind} class={`is-${kind}`}>
          {lossWords[kind]}
        </li>
      ))}
      <li class="is-definition">constants, definition</li>
      <li class="is-inadmissible">inadmissible roots</li>
    </ul>
  )
}

function LineFacts({ line, title }: { readonly line: Line | undefined; readonly title: string }) {
  if (!line) {
    return (
      <p class="small">
        <strong>{title}</strong> is the input: relevance arrives here and goes no further.
      </p>
    )
  }
  return (
    <p class="small audit-line">
      <strong>{title}</strong>
      <span>received {shortNumber(line.received, 5)}</span>
      <span>passed on {shortNumber(line.sent, 5)}</span>
      {losses.map(kind =>
        kind === 'constants' && line.lost[kind] === 0 ? null : (
          <span key={kind}>
            {lossWords[kind]} {shortNumber(line.lost[kind])}
          </span>
        ),
      )}
      <span>
        inadmissible roots {line.inadmissibleShare === null ? 'not promised' : percent(line.inadmissibleShare)}
      </span>
    </p>
  )
}

function Verdicts({ report }: { readonly report: AuditReport }) {
  return (
    <ul class="verdicts small" aria-label="Verdicts">
      {report.verdicts.map(({ check, passes, words }) => (
        <li key={check}>
          <strong>{passes ? '✓' : '✗'}</strong> <span class="hidden">{passes ? 'passes:' : 'does not pass:'}</span>{' '}
          {words}
        </li>
      ))}
    </ul>
  )
}

function AuditTable({
  blocks,
  lines,
}: {
  readonly blocks: readonly Block[]
  readonly lines: readonly (Line | undefined)[]
}) {
  return (
    <details class="small">
      <summary>The books as a table</summary>
      <div class="table-frame">
        <table>
          <thead>
            <tr>
              <th scope="col">layer</th>
              <th scope="col">received</th>
              <th scope="col">passed on</th>
              {losses.map(kind => (
                <th key={kind} scope="col">
                  {lossWords[kind]}
                </th>
              ))}
              <th scope="col">inadmissible roots</th>
            </tr>
          </thead>
          <tbody>
            {blocks.map((one, i) => {
              const line = lines[i]
              return line ? (
                <tr key={one.id}>
                  <th scope="row">{one.title}</th>
                  <td>{shortNumber(line.received, 5)}</td>
                  <td>{shortNumber(line.sent, 5)}</td>
                  {losses.map(kind => (
                    <td key={kind}>{shortNumber(line.lost[kind])}</td>
                  ))}
                  <td>{line.inadmissibleShare === null ? 'not promised' : percent(line.inadmissibleShare)}</td>
                </tr>
              ) : null
            })}
          </tbody>
        </table>
      </div>
    </details>
  )
}
