/** The embedded example of a model that reads texts: reviews, their network and its vocabulary, as the repository has them. */

import { batch } from '@preact/signals'
import { labelsIn, parseJson } from '../../../src/web.ts'
import { addressOf } from './address-of.ts'
import { addInputs, type Input, newInputId, select } from './inputs.ts'
import { openModel } from './model.ts'
import { type Settings, settings } from './settings.ts'

/** The texts, by name. */
export const exampleTexts: readonly string[] = [
  'praise-1',
  'complaint-1',
  'praise-2',
  'complaint-2',
  'praise-3',
  'complaint-3',
]

/** The model's file. */
export const textModel = 'reviews.onnx'

/** Opens it, with the text that the settings name in front. */
export async function openTexts(wanted?: Settings): Promise<void> {
  const read = async (file: string) => (await fetch(addressOf(`examples/reviews/${file}`))).text()
  const [config, vocabulary, ...texts] = await Promise.all([
    read('config.json'),
    read('vocab.txt'),
    ...exampleTexts.map(name => read(`texts/${name}.txt`)),
  ])
  const labels = labelsIn(parseJson(config, 'config.json'), 'config.json')
  const named = (wanted ?? settings.value).example
  await openModel(
    { name: textModel, bytes: addressOf(`examples/reviews/${textModel}`), isExample: true },
    { tokens: { kind: 'vocabulary', file: 'vocab.txt', text: vocabulary }, ...(labels && { labels }) },
    wanted,
  )
  const added = texts.map((text, i): Input => {
    return { kind: 'text', id: newInputId(), name: `${exampleTexts[i]}.txt`, text: text.trim(), isExample: true }
  })
  batch(() => {
    addInputs(added, true)
    const first = added[exampleTexts.indexOf(named)]
    if (first) select(first)
  })
}
