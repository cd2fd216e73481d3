/** Every network family through a runtime that keeps graphs: not a bit of its explanation is another. */

import { expect, it } from 'vitest'
import { decodeModel } from '../../src/core/1-codec/decode.ts'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { lrp } from '../../src/core/5-explain/lrp.ts'
import { compileModel } from '../../src/core/compile.ts'
import { cachedRuntime } from '../../src/runtime/cached.ts'
import type { Tensor } from '../../src/runtime/session.ts'
import { oracle, runtime } from '../support/models.ts'
import { coordinates, networkCase, networkNames } from '../support/network-cases.ts'
import { inFolder } from '../support/optimized.ts'

it.each(networkNames())('%s', async name => {
  const { file, input, others, facts, output } = networkCase(name)
  const model = await decodeModel(file, { source: name })
  const { inputs, initializers } = model.graph
  const explained = inputs.find(info => !initializers.has(info.name) && !(info.name in others))?.name as string
  // Of a map of classes its largest number is explained, else the most probable class.
  const numbers = Array.from(output.data, Number)
  const place = numbers.indexOf(Math.max(...numbers))
  const isMap = output.dims.length === 4
  const layer = model.graph.nodes.at(-1)?.name as string
  const target = isMap ? { layer, neuron: coordinates(output.dims, place) } : 'top'
  await inFolder(async folder => {
    const caching = cachedRuntime(runtime, { folder, announce: message => expect.fail(message) })
    for (const method of [undefined, lrp('epsilon')]) {
      const { model: written, names } = await compileModel(model, oracle, {
        input: explained,
        shape: input.dims,
        target,
        ...(method && { method }),
        ...(facts.box && !method && { box: { low: facts.box[0], high: facts.box[1] } }),
      })
      const feeds: Record<string, Tensor> = { [explained]: input, ...others }
      const relevance = names.explanations.map(one => one.relevance)
      const bytes = encodeModel(written)
      const found = []
      for (const session of [await runtime.open(bytes), await caching.open(bytes, { keeps: true })]) {
        found.push(await session.run(feeds, relevance))
        await session.close()
      }
      expect(found[1]).toEqual(found[0])
      expect(Object.values(found[0] ?? {}).every(({ data }) => Array.from(data, Number).some(Boolean))).toBe(true)
    }
  })
})
