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
    else process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`)
  }

  /** Takes the line away. */
  clear(): void {
    if (!this.#isQuiet && process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  }
}

function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}
