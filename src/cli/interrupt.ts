/** Ctrl+C as an AbortSignal, for whatever is under way. */

const controller = new AbortController()
process.once('SIGINT', () => controller.abort())

/** Aborted by Ctrl+C; a second one ends the process as usual. */
export const interrupted: AbortSignal = controller.signal

/** As Ctrl+C: for what else tells that nobody waits for the results any more. */
export function interrupt(): void {
  controller.abort()
}
