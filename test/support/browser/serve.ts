/** A page with the built library, served to a browser: `dist/`, its packages by an import map, and models from memory. */

import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import ts from 'typescript'

const root = join(import.meta.dirname, '../../..')

/** What a bundler would look up in the packages' own `package.json`. */
const imports: Readonly<Record<string, string>> = {
  '@bufbuild/protobuf': '/node_modules/@bufbuild/protobuf/dist/esm/index.js',
  '@bufbuild/protobuf/codegenv2': '/node_modules/@bufbuild/protobuf/dist/esm/codegenv2/index.js',
  'fastest-levenshtein': '/node_modules/fastest-levenshtein/esm/mod.js',
  'onnxruntime-web/wasm': '/node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs',
  'pure-rand/distribution/uniformFloat64': '/node_modules/pure-rand/lib/esm/distribution/uniformFloat64.js',
  'pure-rand/generator/xoroshiro128plus': '/node_modules/pure-rand/lib/esm/generator/xoroshiro128plus.js',
  'onnxruntime-web/webgpu': '/node_modules/onnxruntime-web/dist/ort.webgpu.bundle.min.mjs',
}

const page = `<!doctype html><meta charset="utf-8"><title>deeptaylor</title><link rel="icon" href="data:,">
<script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module" src="/test/support/browser/page.ts"></script>`

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.ts': 'text/javascript',
  '.wasm': 'application/wasm',
}

/** What pages may fetch from the project; `src/web.ts` is served as it was built. */
const served = /^\/(dist|node_modules|test\/support\/browser)\//

/** A server that is listening. */
export interface PageServer {
  /** The page, cross-origin isolated, so that WebAssembly may use threads. */
  readonly url: string
  /** The same page without the headers that isolate it. */
  readonly openUrl: string
  /** Files from memory: what is set as `name` is served as `/memory/name`. */
  readonly files: Map<string, Uint8Array>
  close(): Promise<void>
}

/** Starts a server on a free port of this machine. */
export async function servePage(): Promise<PageServer> {
  const files = new Map<string, Uint8Array>()
  const server = createServer((request, response) => {
    answer(request, response, files).catch(error => {
      response.writeHead(500).end(String(error))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `${origin}/isolated.html`,
    openUrl: `${origin}/open.html`,
    files,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, files: Map<string, Uint8Array>) {
  const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname))
  const body = await bodyOf(path, files)
  if (body === undefined) return void response.writeHead(404).end()
  response.writeHead(200, {
    'content-type': types[extname(path)] ?? 'application/octet-stream',
    ...(path !== '/open.html' && {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    }),
  })
  response.end(body)
}

async function bodyOf(path: string, files: Map<string, Uint8Array>): Promise<Uint8Array | string | undefined> {
  if (path === '/isolated.html' || path === '/open.html') return page
  if (path === '/src/web.ts') return "export * from '/dist/web.js'"
  if (path.startsWith('/memory/')) return files.get(path.slice('/memory/'.length))
  if (!served.test(path)) return undefined
  const file = await readFile(join(root, path)).catch(() => undefined)
  if (file === undefined || extname(path) !== '.ts') return file
  const { module, target } = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 }
  return ts.transpileModule(file.toString(), { compilerOptions: { module, target } }).outputText
}
