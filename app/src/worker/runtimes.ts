/** Which runtime computes: WebGPU where it is there and pays, WebAssembly else, and from the moment on that the GPU is lost. */

import { DeepTaylorError, type Runtime, webRuntime } from '../../../src/web.ts'
import type { RuntimeChoice } from './protocol.ts'
import { remembering } from './remember.ts'

/**
 * Below this size a model is faster without a GPU: shaders take seconds to compile, and a run is a few milliseconds anyway.
 */
const smallest = 2_000_000

interface Adapter {
  readonly info?: { readonly isFallbackAdapter?: boolean }
  readonly isFallbackAdapter?: boolean
  requestDevice(descriptor?: object): Promise<Device>
}

interface Device {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>
}

interface Gpu {
  requestAdapter(options?: object): Promise<Adapter | null>
}

/** The runtimes of this worker, opened when they are needed. */
export class Runtimes {
  #choice: RuntimeChoice = 'auto'
  #gpuIsLost = false
  #wasm: Promise<Runtime> | undefined
  #gpu: Promise<Runtime> | undefined
  #hasGpu: Promise<boolean> | undefined
  #onLost: (reason: string) => void = () => {}
  /** Rejects when the GPU goes away; runs are raced against it, as they may never end then. */
  #lost: Promise<never> = this.#watch()

  /** Takes another choice; true where it changes anything. */
  choose(choice: RuntimeChoice): boolean {
    const changes = choice !== this.#choice
    this.#choice = choice
    if (choice === 'webgpu') this.#gpuIsLost = false
    return changes
  }

  /** The runtime for a model of the given size. */
  async for(byteLength: number): Promise<Runtime> {
    if (this.#gpuIsLost || this.#choice === 'wasm') return this.wasm()
    if (this.#choice === 'webgpu') return this.#webgpu()
    const pays = byteLength >= smallest && (await this.#hasRealGpu())
    return pays ? this.#webgpu() : this.wasm()
  }

  /** WebAssembly. */
  wasm(): Promise<Runtime> {
    this.#wasm ??= webRuntime({ provider: 'wasm' }).then(remembering)
    return this.#wasm
  }

  /** Whether a fault may be the GPU's, so that it is worth another try without one. */
  isGpuFault(error: unknown): boolean {
    if (this.#gpu === undefined || this.#gpuIsLost) return false
    return error instanceof GpuLost || (error instanceof DeepTaylorError && /^runtime-/.test(error.code))
  }

  /** From now on without a GPU. */
  giveUpGpu(): void {
    this.#gpuIsLost = true
    this.#gpu = undefined
    this.#lost = this.#watch()
  }

  /** Fails with `GpuLost` when the GPU does before `work` is done. */
  guard<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#lost])
  }

  #watch(): Promise<never> {
    const lost = new Promise<never>((_, reject) => {
      this.#onLost = reason => reject(new GpuLost(reason))
    })
    lost.catch(() => {})
    return lost
  }

  #webgpu(): Promise<Runtime> {
    this.#watchDevices()
    this.#gpu ??= webRuntime({ provider: 'webgpu', powerPreference: 'high-performance' }).then(remembering)
    return this.#gpu
  }

  /** A software adapter is slower than WebAssembly. */
  #hasRealGpu(): Promise<boolean> {
    const find = async () => {
      const { gpu } = navigator as { readonly gpu?: Gpu }
      const adapter = await gpu?.requestAdapter().catch(() => null)
      return adapter != null && !(adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false)
    }
    this.#hasGpu ??= find()
    return this.#hasGpu
  }

  /** ONNX Runtime asks for the device inside its own code: it is seen where the browser hands it out. */
  #watchDevices(): void {
    const { GPUAdapter } = globalThis as { readonly GPUAdapter?: { readonly prototype: Adapter } }
    if (!GPUAdapter || watched.has(GPUAdapter)) return
    watched.add(GPUAdapter)
    const { requestDevice } = GPUAdapter.prototype
    const onLost = (reason: string) => this.#onLost(reason)
    GPUAdapter.prototype.requestDevice = async function (this: Adapter, descriptor) {
      const device = await requestDevice.call(this, descriptor)
      void device.lost.then(({ reason, message }) => onLost(message || reason))
      return device
    }
  }
}

const watched = new WeakSet<object>()

/** The GPU went away: it was reset, unplugged, or taken by the browser. */
export class GpuLost extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'GpuLost'
  }
}
