/** The built command line, run in a folder as a user would. */

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** The built program. */
export const program: string = join(import.meta.dirname, '../../dist/cli/main.js')

/** How a run ended, and what it said. */
export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs it with arguments, those given here first; without colours. */
export function programIn(folder: string, ...before: readonly string[]): (...args: string[]) => Promise<Ended> {
  const options = { cwd: folder, env: { ...process.env, NO_COLOR: '1' }, maxBuffer: 1 << 26 }
  return async (...args) => {
    try {
      return { code: 0, ...(await promisify(execFile)('node', [program, ...before, ...args], options)) }
    } catch (error) {
      const { code, stdout, stderr } = error as Ended
      return { code, stdout, stderr }
    }
  }
}
