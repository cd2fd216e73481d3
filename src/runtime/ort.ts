/** Sessions over any of ONNX Runtime's JavaScript packages: they share one interface, so they share one adapter. */

import type { InferenceSession, Tensor as OrtTensor, TypedTensor } from 'onnxruntime-common'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import type { Runtime, RuntimeFiles, Session, SessionOptions, Tensor, ValueType } from './session.ts'

/** What an ONNX Runtime package exports, as far as it is used here. */
export interface OrtPackage {
  readonly InferenceSession: {
    create(model: Uint8Array | string, options?: InferenceSession.SessionOptions): Promise<InferenceSession>
  }
  readonly Tensor: new (type: Tensor['dtype'], data: Tensor['data'], dims: readonly number[]) => OrtTensor
}

/** An execution provider, by name or with its settings. */
export type Provider = InferenceSession.ExecutionProviderConfig

/** A runtime over an ONNX Runtime package and one of its execution providers. */
export function ortRuntime(ort: OrtPackage, name: string, provider: Provider): Runtime {
  return { name, open: (model, options = {}) => opened(ort, model, sessionOptions(provider, options)) }
}

/** The same where there are files; `version` is ONNX Runtime's. */
export function ortRuntimeWithFiles(ort: OrtPackage, name: string, provider: Provider, version: string): Runtime {
  const files: RuntimeFiles = {
    version,
    open: (path, options = {}) => opened(ort, path, sessionOptions(provider, options)),
    optimize: async (model, path, weights) => {
      const options = sessionOptions(provider, { packs: false })
      const session = await opened(ort, model, {
        ...options,
        optimizedModelFilePath: path,
        extra: { session: { ...withoutPacking, ...weightsBeside(weights) } },
      })
      await session.close()
    },
  }
  return { ...ortRuntime(ort, name, provider), files }
}

async function opened(
  ort: OrtPackage,
  model: Uint8Array | string,
  options: InferenceSession.SessionOptions,
): Promise<Session> {
  try {
    return wrap(ort, await ort.InferenceSession.create(model, options))
  } catch (error) {
    throw new DeepTaylorError('runtime-failed', { reason: reasonOf(error) }, error)
  }
}

const withoutPacking = { disable_prepacking: '1' }

/** Bytes from which on weights go to a file of their own. */
const separateWeights = 1024

function weightsBeside(file: string): Readonly<Record<string, string>> {
  return {
    optimized_model_external_initializers_file_name: file,
    optimized_model_external_initializers_min_size_in_bytes: String(separateWeights),
  }
}

/** Fatal errors only: ONNX Runtime warns about every initialiser that it folds away, and what fails is thrown besides. */
const fatalOnly = 4

function sessionOptions(
  provider: Provider,
  { optimize, threads, spins, packs }: SessionOptions,
): InferenceSession.SessionOptions {
  const session = {
    ...(spins === false && { intra_op: { allow_spinning: '0' } }),
    ...(packs === false && withoutPacking),
  }
  return {
    executionProviders: [provider],
    graphOptimizationLevel: optimize === 'none' ? 'disabled' : 'all',
    logSeverityLevel: fatalOnly,
    // What is allocated ahead comes on top of what the first run took: a fifth of an explained ResNet 50's peak, for 2 % of its time.
    enableMemPattern: false,
    ...(threads !== undefined && { intraOpNumThreads: threads }),
    ...(Object.keys(session).length > 0 && { extra: { session } }),
  }
}

function wrap(ort: OrtPackage, session: InferenceSession): Session {
  return {
    inputs: typesOf(session.inputMetadata),
    outputs: typesOf(session.outputMetadata),
    run: async (feeds, fetch) => {
      const tensors = Object.fromEntries(
        Object.entries(feeds).map(([name, { dtype, data, dims }]) => [name, new ort.Tensor(dtype, data, dims)]),
      )
      try {
        const results = fetch ? await session.run(tensors, [...fetch]) : await session.run(tensors)
        return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, unwrap(tensor)]))
      } catch (error) {
        throw new DeepTaylorError('runtime-failed', { reason: reasonOf(error) }, error)
      }
    },
    close: () => session.release(),
  }
}

function unwrap(tensor: OrtTensor): Tensor {
  const { type, dims, data } = tensor as TypedTensor<'float32'>
  return { dtype: type as Tensor['dtype'], dims, data }
}

function typesOf(metadata: readonly InferenceSession.ValueMetadata[]): ReadonlyMap<string, ValueType> {
  return new Map(
    metadata.flatMap(value =>
      value.isTensor ? [[value.name, { dtype: value.type, dims: value.shape.map(known) }] as const] : [],
    ),
  )
}

/** WebAssembly, of 32 bits, tells a size without a name that is not known as 2³² − 1. */
function known(dim: number | string): number | string {
  return typeof dim === 'number' && (dim < 0 || dim >= 2 ** 31) ? '' : dim
}
