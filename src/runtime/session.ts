/** What the project asks of a runtime that executes ONNX models: one small interface, implemented per platform. */

/** A tensor of 32-bit floats, row-major. `dims` multiply to `data.length`. */
export interface FloatTensor {
  readonly dims: readonly number[]
  readonly data: Float32Array
}

/** A tensor as a session takes and returns it, row-major. */
export interface Tensor {
  readonly dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'bool'
  readonly dims: readonly number[]
  readonly data: Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array
}

/** Type and shape of an input or output; a dimension is a size or the name of a free one (`''` when it has none). */
export interface ValueType {
  readonly dtype: string
  readonly dims: readonly (number | string)[]
}

/** An ONNX model, loaded and ready. Close it when done: its memory is not the garbage collector's. */
export interface Session {
  readonly inputs: ReadonlyMap<string, ValueType>
  readonly outputs: ReadonlyMap<string, ValueType>
  /** Runs the model; returns the outputs that `fetch` names, or all of them. */
  run(feeds: Readonly<Record<string, Tensor>>, fetch?: readonly string[]): Promise<Record<string, Tensor>>
  close(): Promise<void>
}

/** How a session is opened. */
export interface SessionOptions {
  /** Graph optimisation; `none` keeps every intermediate value as written. Default `all`. */
  readonly optimize?: 'none' | 'all'
  /** Threads inside one operator. Default: the runtime's own choice. */
  readonly threads?: number
  /**
   * Whether idle threads of the runtime go round in circles for a while in case more work comes. Default: the runtime's own
   * choice, which is true. False leaves the cores to whatever else the process does between runs.
   */
  readonly spins?: boolean
  /**
   * Whether weights of matrix products are copied once more, into the layout in which products of many rows are fastest.
   * Default: the runtime's own choice, which is true. With one row per sample it costs load time and memory, and gains nothing.
   */
  readonly packs?: boolean
  /** Whether the same graph will be opened again, by later processes too: a runtime that keeps graphs keeps it. Default false. */
  readonly keeps?: boolean
}

/** A way to open sessions. */
export interface Runtime {
  /** Names the runtime and its execution provider, for reports. */
  readonly name: string
  open(model: Uint8Array, options?: SessionOptions): Promise<Session>
  /** What it does with files; undefined where there are none. */
  readonly files?: RuntimeFiles
}

/** Models in files, for runtimes that have a file system. */
export interface RuntimeFiles {
  /** The runtime's version: another one may optimise otherwise. */
  readonly version: string
  /** Opens the model in a file; weights that lie beside it are mapped into memory, not read. */
  open(path: string, options?: SessionOptions): Promise<Session>
  /** Writes a model as it would be run, optimised for this machine; weights above 1 kB go to a file `weights` beside it. */
  optimize(model: Uint8Array, path: string, weights: string): Promise<void>
}
