/** Tells the service worker which files the build has made. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const publicFiles = ['icon.svg']

/** WebGPU's runtime is 27 MB, which only those with a GPU need: kept when it is first used. */
const isKept = (file: string) => !/ort\.webgpu|asyncify/.test(file)

/** Writes the list into the service worker. Runs after whoever adds files. */
export function offlineFiles(): Plugin {
  return {
    name: 'offline-files',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const worker = Object.values(bundle).find(file => file.type === 'chunk' && file.name === 'service-worker')
        if (worker?.type !== 'chunk') throw new Error('the service worker is not part of the build')
        const files = Object.values(bundle).filter(file => file !== worker && isKept(file.fileName))
        const hash = createHash('sha256')
        for (const file of files) hash.update(file.fileName).update(file.type === 'chunk' ? file.code : file.source)
        for (const file of publicFiles) hash.update(readFileSync(join(import.meta.dirname, '../public', file)))
        const paths = ['./', ...publicFiles, ...files.map(({ fileName }) => fileName)].filter(
          path => path !== 'index.html',
        )
        const list = JSON.stringify({ digest: hash.digest('hex').slice(0, 16), paths })
        worker.code = `const labFiles = ${list};\n${worker.code}`
      },
    },
  }
}
