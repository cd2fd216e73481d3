/** The header of a .npy file: a Python dictionary of three fixed keys, and no other Python is understood. */

/** What a header says. */
export interface NpyHeader {
  /** NumPy's name of the element type. */
  readonly dtype: string
  /** Bytes per element. */
  readonly size: number
  readonly isBigEndian: boolean
  readonly isColumnMajor: boolean
  readonly dims: readonly number[]
}

/** Element types by their code: name and size in bytes. */
const types: Readonly<Record<string, readonly [name: string, size: number]>> = {
  f2: ['float16', 2],
  f4: ['float32', 4],
  f8: ['float64', 8],
  i1: ['int8', 1],
  i2: ['int16', 2],
  i4: ['int32', 4],
  i8: ['int64', 8],
  u1: ['uint8', 1],
  u2: ['uint16', 2],
  u4: ['uint32', 4],
  u8: ['uint64', 8],
  b1: ['bool', 1],
}

/** What NumPy's other kinds of element are, by their letter. */
const others: Readonly<Record<string, string>> = {
  c: 'complex numbers',
  f: 'floats of an uncommon width',
  O: 'Python objects',
  S: 'texts',
  U: 'texts',
  V: 'raw bytes',
  M: 'dates',
  m: 'durations',
}

const integer = /(?:0|[1-9]\d{0,15})L?/y
const patterns = {
  space: /[ \t\r\n]*/y,
  key: /'(\w+)'|"(\w+)"/y,
  type: /'([<>=|]?)([A-Za-z])(\d{0,4})[^'\n]{0,20}'/y,
  truth: /True|False/y,
} as const

/** Parses a header; a text says what is wrong with it. */
export function parseNpyHeader(text: string): NpyHeader | string {
  const scanner = new Scanner(text)
  let type: RegExpExecArray | undefined
  let order: string | undefined
  let dims: readonly number[] | undefined
  const malformed = 'its header is not that of a plain array'
  if (!scanner.skip('{')) return malformed
  while (!scanner.skip('}')) {
    const found = scanner.take(patterns.key)
    if (!found || !scanner.skip(':')) return malformed
    const key = found[1] ?? found[2]
    if (key === 'descr' && !type) {
      if (scanner.skip('[')) return 'its elements are records of several fields: save one field'
      type = scanner.take(patterns.type)
      if (!type) return malformed
    } else if (key === 'fortran_order' && order === undefined) {
      order = scanner.take(patterns.truth)?.[0]
      if (!order) return malformed
    } else if (key === 'shape' && !dims) {
      dims = takeTuple(scanner)
      if (!dims) return malformed
    } else {
      return malformed
    }
    if (!scanner.skip(',') && !scanner.sees('}')) return malformed
  }
  if (!scanner.isAtEnd() || !type || !order || !dims) return malformed
  const [, byteOrder, kind, width] = type as unknown as readonly [string, string, string, string]
  const known = type[0] === `'${byteOrder}${kind}${width}'` ? types[kind + width] : undefined
  if (!known) return `its elements are ${others[kind] ?? 'of an unknown kind'}: only plain numbers are understood`
  const [dtype, size] = known
  return { dtype, size, isBigEndian: byteOrder === '>', isColumnMajor: order === 'True', dims }
}

/** `()`, `(3,)`, `(3, 4)`, `(3, 4,)`. */
function takeTuple(scanner: Scanner): readonly number[] | undefined {
  if (!scanner.skip('(')) return undefined
  const dims: number[] = []
  let isOpen = true
  let commas = 0
  while (!scanner.skip(')')) {
    const found = isOpen ? scanner.take(integer) : undefined
    if (!found) return undefined
    dims.push(Number.parseInt(found[0], 10))
    isOpen = scanner.skip(',')
    if (isOpen) commas++
  }
  return dims.length === 1 && commas === 0 ? undefined : dims
}

/** A place in a text, moved on by what is found there; spaces before it are passed over. */
class Scanner {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  take(pattern: RegExp): RegExpExecArray | undefined {
    this.#pass()
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (!found) return undefined
    this.#at = pattern.lastIndex
    return found
  }

  sees(mark: string): boolean {
    this.#pass()
    return this.#text[this.#at] === mark
  }

  skip(mark: string): boolean {
    if (!this.sees(mark)) return false
    this.#at++
    return true
  }

  isAtEnd(): boolean {
    this.#pass()
    return this.#at === this.#text.length
  }

  #pass(): void {
    patterns.space.lastIndex = this.#at
    patterns.space.exec(this.#text)
    this.#at = patterns.space.lastIndex
  }
}
