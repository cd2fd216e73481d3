/** Progress on stderr: one line that is rewritten in a terminal, and nothing that could mix with results elsewhere. */

/** Shows which of several inputs is under way. */
export class Progress {
  readonly #total: number
  readonly #isQuiet: boolean
  readonly #started = performance.now()

  /** With `mixesNot`, results do not share the terminal, and plain lines are fine where no terminal is. */
  constructor(total: number, mixesNot: boolean) {
    this.#total = total
    this.#isQuiet = total < 2 || (!process.stderr.isTTY && !mixesNot)
  }

  /** `done` inputs are finished and `name` begins. */
  show(done: number, name: string): void {
    if (this.#isQuiet) return
    const left =
      done === 0 ? '' : `, ${duration(((performance.now() - this.#started) / done) * (this.#total - done))} left`
    const text = `${done + 1}/${this.#total} ${name}${left}`
    if (!process.stderr.isTTY) process.stderr.write(`${text}\n`)
    else process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns || 80) - 1)}`)
  }

  /** Takes the line away. */
  clear(): void {
    if (!this.#isQuiet && process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  }
}

/** So often a terminal, and so often whatever else reads stderr, is told how far a long run is. */
const intervals = { terminal: 100, else: 10_000 } as const

/** How far a run of many small steps is, and how long the rest will take at the pace of what was done in this process. */
export class Countdown {
  readonly #mayWrite: boolean
  #begun: { readonly at: number; readonly done: number } | undefined
  #last = Number.NEGATIVE_INFINITY

  /** Where results share the terminal, only a line that is taken away again may be written. */
  constructor(shares: boolean) {
    this.#mayWrite = process.stderr.isTTY || !shares
  }

  /** `done` of `total` steps are finished, and `what` is under way. Steps that are done at the first call cost nothing. */
  show(done: number, total: number, what: string): void {
    const now = performance.now()
    this.#begun ??= { at: now, done }
    const isTerminal = process.stderr.isTTY
    if (!this.#mayWrite || now - this.#last < (isTerminal ? intervals.terminal : intervals.else)) return
    this.#last = now
    const own = done - this.#begun.done
    const left = own > 0 ? `, ${duration(((now - this.#begun.at) / own) * (total - done))} left` : ''
    const text = `${Math.floor((100 * done) / total)} % ${what}${left}`
    if (!isTerminal) process.stderr.write(`${text}\n`)
    else process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns || 80) - 1)}`)
  }

  /** Takes the line away. */
  clear(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  }
}

function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}
