/** The embedded examples: copied from the repository's own, so that the page explains what the command line does. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const root = join(import.meta.dirname, '../../examples')

const files: readonly string[] = [
  'scenes/scenes.onnx',
  'scenes/config.json',
  'scenes/preprocessor_config.json',
  ...readdirSync(join(root, 'scenes/pictures')).map(name => `scenes/pictures/${name}`),
  'reviews/reviews.onnx',
  'reviews/config.json',
  'reviews/vocab.txt',
  ...readdirSync(join(root, 'reviews/texts')).map(name => `reviews/texts/${name}`),
]

/** Puts them into the site under `examples/`. */
export function exampleFiles(): Plugin {
  return {
    name: 'example-files',
    generateBundle() {
      for (const file of files) {
        this.emitFile({ type: 'asset', fileName: `examples/${file}`, source: readFileSync(join(root, file)) })
      }
    },
  }
}
