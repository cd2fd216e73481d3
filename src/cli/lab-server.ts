/** The Lab's server: the built site, and one model with what lies beside it. It reads nothing else, and only this machine reaches it. */

import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'

/** What is served. */
export interface LabFiles {
  /** The built site. */
  readonly site: string
  /** Files besides, by the name under which they are served: `/model/NAME`. */
  readonly model: ReadonlyMap<string, string>
}

/** Where the page finds what was named on the command line; the page asks for its list first. */
export const modelFolder = '/model/'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
}

/** The same as in the page, which other servers serve without headers; here workers have it too. */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob: data:",
  "style-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const headers: Readonly<Record<string, string>> = {
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** A server that is not listening yet. */
export function labServer(files: LabFiles): Server {
  return createServer((request, response) => {
    answer(request, response, files).catch(() => {
      if (!response.headersSent) response.writeHead(500, headers)
      response.end()
    })
  })
}

async function answer(request: IncomingMessage, response: ServerResponse, files: LabFiles): Promise<void> {
  const { method, url = '/', headers: asked } = request
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { ...headers, allow: 'GET, HEAD' }).end()
    return
  }
  // A page of another site that points a name of its own at this machine is not answered.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(asked.host ?? '')) {
    response.writeHead(403, headers).end()
    return
  }
  const path = pathOf(url)
  if (path === `${modelFolder}files.json`) {
    list(method, response, files)
    return
  }
  const file = path && fileOf(path, files)
  const found = file ? await stat(file).catch(() => undefined) : undefined
  if (!file || !found?.isFile()) {
    response.writeHead(404, headers).end()
    return
  }
  response.writeHead(200, {
    ...headers,
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'content-length': found.size,
    // Names that change with the content; all else is asked for again.
    'cache-control': /^\/(assets|ort-[\d.]+)\//.test(path) ? 'max-age=31536000, immutable' : 'no-cache',
  })
  if (method === 'HEAD') {
    response.end()
    return
  }
  const stream = createReadStream(file)
  stream.on('error', () => response.destroy())
  stream.pipe(response)
}

function list(method: string, response: ServerResponse, { model }: LabFiles): void {
  const body = JSON.stringify([...model.keys()])
  response.writeHead(200, { ...headers, 'content-type': types['.json'] as string, 'cache-control': 'no-store' })
  response.end(method === 'HEAD' ? undefined : body)
}

/** The path of an address, decoded once; undefined where it is none, or means to lead out. */
function pathOf(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? '')
    return path.startsWith('/') && !/[\\\0]|(^|\/)\.\.?(\/|$)/.test(path) ? path : undefined
  } catch {
    return undefined
  }
}

function fileOf(path: string, { site, model }: LabFiles): string | undefined {
  if (path.startsWith(modelFolder)) return model.get(path.slice(modelFolder.length))
  const file = join(site, path === '/' ? 'index.html' : path)
  return file.startsWith(site + sep) ? file : undefined
}
