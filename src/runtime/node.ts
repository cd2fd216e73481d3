/** ONNX Runtime in Node: its native package where it is installed, its WebAssembly build where it is not. */

import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import { type OrtPackage, ortRuntime, ortRuntimeWithFiles } from './ort.ts'
import type { Runtime } from './session.ts'

/** Which build of ONNX Runtime to use. */
export type RuntimeChoice = 'auto' | 'native' | 'wasm'

/**
 * Opens ONNX Runtime. `auto` prefers `onnxruntime-node` and announces it when it must fall back to WebAssembly.
 *
 * @throws DeepTaylorError `runtime-missing`
 */
export async function nodeRuntime(
  choice: RuntimeChoice = 'auto',
  announce: (message: string) => void = () => {},
): Promise<Runtime> {
  if (choice !== 'wasm') {
    try {
      const ort = await import('onnxruntime-node')
      const version = ort.env.versions.node ?? ort.env.versions.common
      return ortRuntimeWithFiles(ort as unknown as OrtPackage, 'onnxruntime-node (cpu)', 'cpu', version)
    } catch (error) {
      const reason = `onnxruntime-node cannot be loaded here (${reasonOf(error)})`
      if (choice === 'native') throw new DeepTaylorError('runtime-missing', { reason }, error)
      announce(`${reason}: using ONNX Runtime's WebAssembly build, which is slower`)
    }
  }
  try {
    return ortRuntime((await import('onnxruntime-web')) as unknown as OrtPackage, 'onnxruntime-web (wasm)', 'wasm')
  } catch (error) {
    throw new DeepTaylorError(
      'runtime-missing',
      { reason: `onnxruntime-web cannot be loaded: ${reasonOf(error)}` },
      error,
    )
  }
}
