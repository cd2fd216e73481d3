/** `deeptaylor lab`: the browser application, served to this machine alone. */

import { readdir, stat } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, type CommandUnknownOpts, InvalidArgumentError } from '@commander-js/extra-typings'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import { interrupted } from './interrupt.ts'
import { labServer } from './lab-server.ts'

/** The verb. */
export function labCommand(): CommandUnknownOpts {
  return new Command('lab')
    .description('serve the Lab, the browser application, to this machine; with a model, open it')
    .argument('[model]', 'an ONNX model; labels and preprocessing beside it are used')
    .option('--port <number>', 'the port to listen on (default: a free one)', port)
    .action((model, opts) => run(model, opts))
}

function port(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value <= 65_535) return value
  throw new InvalidArgumentError('a port from 0 to 65535 was expected.')
}

async function run(model: string | undefined, options: { readonly port?: number | undefined }): Promise<void> {
  const site = await siteFolder()
  const files = model === undefined ? new Map<string, string>() : await filesOf(model)
  const server = labServer({ site, model: files })
  await new Promise<void>((listening, failed) => {
    server.once('error', error => {
      const option = `--port ${options.port ?? 0}`
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      const reason = isTaken ? 'another program listens on it: choose another, or none' : reasonOf(error)
      failed(new DeepTaylorError('option-invalid', { option, reason }, error))
    })
    server.listen(options.port ?? 0, '127.0.0.1', listening)
  })
  const fragment = model === undefined ? '' : `#${new URLSearchParams({ model: basename(model) })}`
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${fragment}`
  process.stdout.write(`${address}\n`)
  process.stderr.write('deeptaylor: the Lab is open at this address; Ctrl-C ends it\n')
  await new Promise<void>(closed => {
    server.once('close', closed)
    const close = () => {
      server.close()
      server.closeAllConnections()
    }
    if (interrupted.aborted) close()
    else interrupted.addEventListener('abort', close, { once: true })
  })
}

/** Beside the command line's own script, where the build puts it. */
async function siteFolder(): Promise<string> {
  const here = dirname(fileURLToPath(import.meta.url))
  for (const folder of [resolve(here, '../lab'), resolve(here, '../../dist/lab')]) {
    if (await isFile(join(folder, 'index.html'))) return folder
  }
  throw new DeepTaylorError('model-unreadable', {
    source: 'the Lab',
    reason: 'it is not built: run npm run build',
  })
}

/** What may lie beside a model and matters to the page. */
const beside = ['config.json', 'preprocessor_config.json', 'labels.json', 'labels.txt', 'vocab.txt']

/** The model, and the files in its folder that belong to it. */
async function filesOf(model: string): Promise<Map<string, string>> {
  const path = resolve(model)
  if (!(await isFile(path))) {
    throw new DeepTaylorError('model-unreadable', { source: model, reason: 'there is no such file' })
  }
  const folder = dirname(path)
  const names = (await readdir(folder)).filter(name => beside.includes(name) || isWeights(name, basename(path)))
  return new Map([basename(path), ...names].map(name => [name, join(folder, name)]))
}

/** External data as exporters name it: `model.onnx.data`, `model.onnx_data`, `model.data`. */
function isWeights(name: string, model: string): boolean {
  const stem = model.replace(/\.onnx$/, '')
  return name !== model && name.startsWith(stem) && /[._]data(_\d+)?$/.test(name)
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isFile(),
    () => false,
  )
}
