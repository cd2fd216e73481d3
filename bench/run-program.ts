/** The built command line, timed, and how much memory it took at most. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Seconds and the largest memory (where the system tells it) of one run of the command line. */
export async function runProgram(args: readonly string[]): Promise<{ seconds: number; megabytes: number }> {
  const started = performance.now()
  const child = fork(join(import.meta.dirname, '../dist/cli/main.js'), args, { silent: true })
  child.stdout?.resume()
  child.stderr?.pipe(process.stderr)
  let kilobytes = 0
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      kilobytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? kilobytes)
    } catch {
      // Other systems have no such file.
    }
  }, 50)
  const [code] = await once(child, 'exit')
  clearInterval(watch)
  if (code !== 0) throw new Error(`deeptaylor ${args.join(' ')} ended with ${code}`)
  return { seconds: (performance.now() - started) / 1000, megabytes: kilobytes / 1024 }
}
