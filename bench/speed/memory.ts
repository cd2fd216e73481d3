/** The most memory that this process ever held. */

import { readFile } from 'node:fs/promises'

/** Bytes resident at the peak: Linux's own high-water mark, elsewhere what getrusage says. */
export async function memoryPeak(): Promise<{ readonly bytes: number; readonly source: 'VmHWM' | 'maxRSS' }> {
  if (process.platform === 'linux') {
    const match = /^VmHWM:\s*(\d+) kB$/m.exec(await readFile('/proc/self/status', 'utf8'))
    if (match) return { bytes: Number(match[1]) * 1024, source: 'VmHWM' }
  }
  return { bytes: process.resourceUsage().maxRSS * 1024, source: 'maxRSS' }
}
