/** Addresses of the Lab's own files, for the worker, whose script lies elsewhere. */

/** An address of the Lab's own. */
export function addressOf(path: string): string {
  return new URL(path, document.baseURI).href
}
