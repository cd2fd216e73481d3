/** How busy the rest of the machine was: a figure taken beside other work is not worth much, and says so. */

import { cpus } from 'node:os'

/** Starts to watch; the answer is the share of all cores that other processes took since, 0…1. */
export function watchOthers(): () => number {
  const [start, busy, own] = [performance.now(), allBusy(), process.cpuUsage()]
  return () => {
    const { user, system } = process.cpuUsage(own)
    const others = allBusy() - busy - (user + system) / 1000
    return Math.max(0, others / ((performance.now() - start) * cpus().length))
  }
}

/** Milliseconds that all cores together were not idle. */
function allBusy(): number {
  return cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0)
}
