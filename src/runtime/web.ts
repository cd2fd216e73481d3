/** ONNX Runtime in the browser: WebAssembly (SIMD, threads) and WebGPU, each from its own build. */

import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import { type OrtPackage, ortRuntime } from './ort.ts'
import type { Runtime } from './session.ts'

/** What computes: WebAssembly runs everywhere, WebGPU needs a browser and a GPU that offer it. */
export type WebProvider = 'wasm' | 'webgpu'

/** How ONNX Runtime is opened in a browser. */
export interface WebRuntimeOptions {
  /** Default `wasm`. */
  readonly provider?: WebProvider
  /**
   * Threads of WebAssembly. More than one needs a page that is cross-origin isolated, and a page keeps the number of its first
   * session. Default: one, or where the page is isolated half the cores, four at most.
   */
  readonly threads?: number
  /** Where ONNX Runtime's `.wasm` and `.mjs` files lie: their folder's address, or one each. Default: beside its script. */
  readonly wasmPaths?: string | { readonly wasm?: string; readonly mjs?: string }
  /** Which GPU, where there are several. Default: the browser's choice. */
  readonly powerPreference?: 'low-power' | 'high-performance'
}

/** What is set of ONNX Runtime's environment. */
interface WebPackage extends OrtPackage {
  readonly env: {
    readonly wasm: { numThreads?: number; wasmPaths?: WebRuntimeOptions['wasmPaths'] }
    readonly webgpu: { powerPreference?: WebRuntimeOptions['powerPreference'] }
  }
}

/** What is asked of the browser. */
interface Page {
  readonly crossOriginIsolated?: boolean
  readonly navigator?: {
    readonly gpu?: { requestAdapter(options?: Pick<WebRuntimeOptions, 'powerPreference'>): Promise<object | null> }
  }
}

/**
 * Opens ONNX Runtime in a page or a worker.
 *
 * With WebGPU, sessions without optimisation run on WebAssembly: they answer the compiler's questions about shapes, most of
 * which are integers, and no shader is compiled for them.
 *
 * @throws DeepTaylorError `runtime-missing` (no WebGPU here, no ONNX Runtime where it was looked for), `option-invalid`
 */
export async function webRuntime(options: WebRuntimeOptions = {}): Promise<Runtime> {
  const { provider = 'wasm', threads, wasmPaths, powerPreference } = options
  if (provider === 'webgpu') await checkAdapter(powerPreference)
  const ort = await load(provider)
  if (threads !== undefined) setThreads(ort, threads)
  if (wasmPaths !== undefined) ort.env.wasm.wasmPaths = wasmPaths
  if (powerPreference !== undefined && provider === 'webgpu') ort.env.webgpu.powerPreference = powerPreference
  const name = `onnxruntime-web (${provider})`
  const wasm = ortRuntime(ort, name, 'wasm')
  if (provider === 'wasm') return wasm
  const gpu = ortRuntime(ort, name, { name: 'webgpu', preferredLayout })
  return { name, open: (model, how = {}) => (how.optimize === 'none' ? wasm : gpu).open(model, how) }
}

/**
 * Channels first. In ONNX Runtime's own choice, channels last, some convolutions are computed wrongly: with 1.30 a 5×5 kernel over
 * 6 channels was off by half of its largest value; github.com/microsoft/onnxruntime/issues/29651 tells of others.
 */
const preferredLayout = 'NCHW'

/** WebAssembly alone is half the size of the build with WebGPU. */
async function load(provider: WebProvider): Promise<WebPackage> {
  try {
    const ort = await (provider === 'wasm' ? import('onnxruntime-web/wasm') : import('onnxruntime-web/webgpu'))
    return ort as unknown as WebPackage
  } catch (error) {
    const reason = `onnxruntime-web/${provider} cannot be loaded: ${reasonOf(error)}`
    throw new DeepTaylorError('runtime-missing', { reason }, error)
  }
}

async function checkAdapter(powerPreference: WebRuntimeOptions['powerPreference']): Promise<void> {
  const gpu = (globalThis as Page).navigator?.gpu
  const remedy = "use the provider 'wasm'"
  if (!gpu) {
    const reason = `there is no WebGPU here (it needs a browser that has it, and https or localhost): ${remedy}`
    throw new DeepTaylorError('runtime-missing', { reason })
  }
  const adapter = await gpu.requestAdapter(powerPreference && { powerPreference })
  if (adapter) return
  throw new DeepTaylorError('runtime-missing', {
    reason: `the browser's WebGPU finds no GPU that it may use: ${remedy}`,
  })
}

/** ONNX Runtime reads the number once, with its first session, and ignores later ones: here they are refused. */
function setThreads({ env }: WebPackage, threads: number): void {
  const invalid = (reason: string) => new DeepTaylorError('option-invalid', { option: `threads ${threads}`, reason })
  if (!(Number.isInteger(threads) && threads >= 1)) throw invalid('must be a whole number, at least 1')
  if (threads > 1 && !(globalThis as Page).crossOriginIsolated) {
    throw invalid(
      'several threads need a cross-origin isolated page: serve it with Cross-Origin-Opener-Policy: same-origin ' +
        'and Cross-Origin-Embedder-Policy: require-corp',
    )
  }
  const { numThreads = 0 } = env.wasm
  if (numThreads > 0 && numThreads !== threads) {
    throw invalid(`this page already uses ${numThreads}: open it again, or use a worker of its own`)
  }
  env.wasm.numThreads = threads
}
