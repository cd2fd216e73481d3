/** ONNX Runtime as the Lab serves it: its own files beside the Lab's, unchanged, because its threads load themselves by address. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

const folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-web/wasm'))
const { version } = JSON.parse(readFileSync(join(folder, '../package.json'), 'utf8')) as { readonly version: string }

/** Where they lie. The version is part of it: they may be kept for good. */
const place = `ort-${version}`

/** What is imported, and the file that it is. */
const scripts: Readonly<Record<string, string>> = {
  'onnxruntime-web/wasm': 'ort.wasm.bundle.min.mjs',
  'onnxruntime-web/webgpu': 'ort.webgpu.bundle.min.mjs',
}

const binaries = ['ort-wasm-simd-threaded.wasm', 'ort-wasm-simd-threaded.asyncify.wasm']

/** Leaves imports of the runtime to the browser. The chunks that import it lie one folder below the page. */
export function runtimeImports(): Plugin {
  return {
    name: 'runtime-imports',
    enforce: 'pre',
    resolveId(source, importer) {
      const file = scripts[source]
      if (file !== undefined) return { id: `../${place}/${file}`, external: true }
      // What the library opens in Node; a page never asks for it.
      if (source === './node.ts' && importer?.endsWith('runtime/default.ts')) return nowhere
      return undefined
    },
    load: id =>
      id === nowhere ? "export const nodeRuntime = () => { throw new Error('not in a browser') }" : undefined,
  }
}

const nowhere = '\0no-node-runtime'

/** Puts the runtime's files into the site. */
export function runtimeFiles(): Plugin {
  return {
    name: 'runtime-files',
    generateBundle() {
      for (const file of [...Object.values(scripts), ...binaries]) {
        this.emitFile({ type: 'asset', fileName: `${place}/${file}`, source: readFileSync(join(folder, file)) })
      }
    },
  }
}
