/** Shapes as the view writes them. */

/** `16×31×31`; what is free by its name. */
export function printDims(dims: readonly (number | string)[] | undefined): string {
  return dims?.map(dim => (dim === '' ? '?' : dim)).join('×') ?? 'unknown'
}
