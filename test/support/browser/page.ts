/** What runs inside the browser's page: models are opened, run and timed by the built library, and by ONNX Runtime itself. */

import {
  compile,
  type DeepTaylorError,
  deepTaylor,
  Explainer,
  loadModel,
  type Runtime,
  type Session,
  type WebRuntimeOptions,
  webRuntime,
} from '../../../src/web.ts'

/** A tensor as it travels between Node and the page; `data` is its bytes in base64. */
export interface Parcel {
  readonly dtype: 'float32' | 'int64' | 'int32'
  readonly dims: readonly number[]
  readonly data: string
}

/** A model in the server's memory, and what it is run on. */
export interface Job {
  readonly file: string
  readonly feeds: Readonly<Record<string, Parcel>>
  readonly fetch: readonly string[]
}

/** What the page does for whoever drives it. */
export interface PageFace {
  /** Opens the runtime that the rest uses; returns its name, or the error's code and message. */
  open(options: WebRuntimeOptions): Promise<string>
  run(job: Job): Promise<Record<string, Parcel>>
  /** Milliseconds of `count` runs each, in turn, after one to warm up. */
  time(jobs: readonly Job[], count: number): Promise<readonly (readonly number[])[]>
  /** Compiles and explains in the page: relevance of the most probable class with pixels in −2…2, and the bytes written. */
  explain(file: string, input: Parcel): Promise<{ readonly relevance: Parcel; readonly bytes: number }>
  /** Opens a model with WebGPU while ONNX Runtime tells the console where it puts each node. */
  place(file: string): Promise<void>
}

let runtime: Runtime
let kept: Session | undefined

const face: PageFace = {
  open: async options => {
    try {
      runtime = await webRuntime(options)
      return runtime.name
    } catch (error) {
      const { code, message } = error as DeepTaylorError
      return `${code}: ${message}`
    }
  },
  run: async ({ file, feeds, fetch }) => {
    const session = await runtime.open(await read(file))
    try {
      const results = await session.run(unpackAll(feeds), fetch)
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, pack(tensor as Floats)]))
    } finally {
      // The last session takes the GPU's compiled shaders with it: one stays open until the next has opened.
      await kept?.close()
      kept = session
    }
  },
  time: async (jobs, count) => {
    const sessions: Session[] = []
    for (const { file } of jobs) sessions.push(await runtime.open(await read(file)))
    const times: number[][] = jobs.map(() => [])
    for (let turn = -1; turn < count; turn++) {
      for (const [i, { feeds, fetch }] of jobs.entries()) {
        const given = unpackAll(feeds)
        const start = performance.now()
        await sessions[i]?.run(given, fetch)
        if (turn >= 0) times[i]?.push(performance.now() - start)
      }
    }
    for (const session of sessions) await session.close()
    return times
  },
  explain: async (file, input) => {
    const model = await loadModel(await read(file))
    const options = { method: deepTaylor(), box: { low: -2, high: 2 }, runtime }
    const { bytes } = await compile(model, options)
    const explainer = await Explainer.open(model, options)
    const { relevance } = await explainer.explain(unpack(input) as Floats)
    await explainer.close()
    return { relevance: pack({ dtype: 'float32', ...relevance }), bytes: bytes.length }
  },
  place: async file => {
    const { env, InferenceSession } = await import('onnxruntime-web/webgpu')
    env.logLevel = 'verbose'
    const session = await InferenceSession.create(await read(file), {
      executionProviders: [{ name: 'webgpu', preferredLayout: 'NCHW' }],
      graphOptimizationLevel: 'all',
      logSeverityLevel: 0,
    })
    await session.release()
  },
}

interface Floats {
  readonly dtype: Parcel['dtype']
  readonly dims: readonly number[]
  readonly data: Float32Array
}

async function read(file: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(`/memory/${file}`)).arrayBuffer())
}

function pack({ dtype, dims, data }: Floats): Parcel {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  const text = Array.from(bytes, byte => String.fromCharCode(byte)).join('')
  return { dtype, dims, data: btoa(text) }
}

const arrays = { float32: Float32Array, int64: BigInt64Array, int32: Int32Array }

function unpack({ dtype, dims, data }: Parcel) {
  const bytes = Uint8Array.from(atob(data), char => char.charCodeAt(0))
  return { dtype, dims, data: new arrays[dtype](bytes.buffer) }
}

function unpackAll(feeds: Job['feeds']) {
  return Object.fromEntries(Object.entries(feeds).map(([name, parcel]) => [name, unpack(parcel)]))
}

Object.assign(globalThis, { face })
