/**
 * Writes models and their explained forms to files, for `compare.py` on a machine with a GPU:
 * `npx tsx bench/gpu/write-models.ts OUT MODEL...`. For NAME.onnx it writes NAME.plain.onnx and NAME.METHOD.onnx.
 */

import { mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { deepTaylor } from '../../src/core/5-explain/deep-taylor.ts'
import { lrp } from '../../src/core/5-explain/lrp.ts'
import { compileModel } from '../../src/core/compile.ts'
import { loadModel } from '../../src/explainer/load-model.ts'
import { nodeRuntime } from '../../src/runtime/node.ts'
import { oracleOf } from '../../src/runtime/oracle.ts'

const [folder, ...paths] = process.argv.slice(2)
if (folder === undefined || paths.length === 0) {
  console.error('usage: npx tsx bench/gpu/write-models.ts OUT MODEL...')
  process.exit(2)
}
const oracle = oracleOf(await nodeRuntime())
const box = { low: -2.2, high: 2.7 }
await mkdir(folder, { recursive: true })
for (const path of paths) {
  const name = basename(path, '.onnx')
  const { model } = await loadModel(path)
  await writeFile(join(folder, `${name}.plain.onnx`), encodeModel(model))
  for (const [method, rules] of Object.entries({ 'deep-taylor': deepTaylor(), epsilon: lrp('epsilon') })) {
    const compiled = await compileModel(model, oracle, { method: rules, box })
    await writeFile(join(folder, `${name}.${method}.onnx`), encodeModel(compiled.model))
  }
  console.log(name)
}
