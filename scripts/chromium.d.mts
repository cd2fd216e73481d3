/** The browser's program: `CHROMIUM` of the environment, or the first in the path; undefined where there is none. */
export function findChromium(): string | undefined

/** Installs Debian's package where that is possible and needed; ends this process where there is no browser then. */
export function ensureChromium(): void
