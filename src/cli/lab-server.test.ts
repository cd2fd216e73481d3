/** The Lab's server: the site, one model, and nothing else of the machine. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { labServer } from './lab-server.ts'

let folder: string
let server: ReturnType<typeof labServer>
let port: number

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deeptaylor-lab-'))
  await mkdir(join(folder, 'site/assets'), { recursive: true })
  await writeFile(join(folder, 'site/index.html'), '<!doctype html>')
  await writeFile(join(folder, 'site/assets/a-1.js'), 'export {}')
  await writeFile(join(folder, 'net.onnx'), 'model')
  await writeFile(join(folder, 'secret.txt'), 'secret')
  const model = new Map([['net.onnx', join(folder, 'net.onnx')]])
  server = labServer({ site: join(folder, 'site'), model })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true })
})

/** Sends a request as written: `fetch` would tidy up its path. */
function ask(path: string, { method = 'GET', host = `127.0.0.1:${port}` } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    })
    let text = ''
    socket.on('data', data => {
      text += data
    })
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
}

it('serves the page with the headers that threads and the policy need', async () => {
  const answer = await ask('/')
  expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  for (const header of [
    'content-type: text/html; charset=utf-8',
    'cross-origin-opener-policy: same-origin',
    'cross-origin-embedder-policy: require-corp',
    'x-content-type-options: nosniff',
    "content-security-policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'",
  ]) {
    expect(answer).toContain(header)
  }
  expect(answer).not.toContain('unsafe-inline')
  expect(answer).toMatch(/<!doctype html>$/)
})

it('serves built files for good, and HEAD without a body', async () => {
  expect(await ask('/assets/a-1.js')).toMatch(/text\/javascript[\s\S]*immutable[\s\S]*export \{\}$/)
  expect(await ask('/assets/a-1.js', { method: 'HEAD' })).toMatch(/content-length: 9[\s\S]*\r\n\r\n$/)
})

it('serves the model and the list of what lies beside it', async () => {
  expect(await ask('/model/net.onnx')).toMatch(/octet-stream[\s\S]*model$/)
  expect(await ask('/model/files.json')).toContain('["net.onnx"]')
})

it.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/assets/../../secret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/..%5csecret.txt',
  '/model/../secret.txt',
  '/model/secret.txt',
  '/model/..%2fsecret.txt',
  '//secret.txt',
  '/%00',
  '/%',
  '/assets',
  '/secret.txt',
])('finds nothing at %s', async path => {
  const answer = await ask(path)
  expect(answer).toMatch(/^HTTP\/1\.1 404 /)
  expect(answer).not.toContain('secret\n')
})

it('only reads, and only for this machine', async () => {
  expect(await ask('/', { method: 'POST' })).toMatch(/^HTTP\/1\.1 405 [\s\S]*allow: GET, HEAD/)
  expect(await ask('/', { host: 'rebound.example' })).toMatch(/^HTTP\/1\.1 403 /)
  expect(await ask('/', { host: `localhost:${port}` })).toMatch(/^HTTP\/1\.1 200 /)
})
