/** The embedded example: the scenes, their network and its files, as the repository has them. */

import { batch } from '@preact/signals'
import { labelsIn, parseJson, parsePreprocessorConfig } from '../../../src/web.ts'
import { addInputs, type Input, inputs, newInputId, select } from './inputs.ts'
import { model, openModel } from './model.ts'
import { type Settings, settings } from './settings.ts'

/** The pictures, by name. */
export const examplePictures: readonly string[] = [
  'star-1',
  'circle-1',
  'square-1',
  'triangle-1',
  'cross-1',
  'ring-1',
  'star-2',
  'circle-2',
  'triangle-2',
  'cross-2',
]

/** An address of the Lab's own, for the worker, whose script lies elsewhere. */
export function addressOf(path: string): string {
  return new URL(path, document.baseURI).href
}

/** Opens it, with the picture that the settings name in front. */
export async function openExample(wanted?: Settings): Promise<void> {
  const folder = 'examples/scenes'
  const [config, preprocessor] = await Promise.all(
    ['config.json', 'preprocessor_config.json'].map(async file => {
      const response = await fetch(addressOf(`${folder}/${file}`))
      return parseJson(await response.text(), file)
    }),
  )
  const pictures = examplePictures.map(
    (name): Input => ({
      kind: 'picture',
      id: newInputId(),
      name: `${name}.png`,
      bytes: addressOf(`${folder}/pictures/${name}.png`),
      isExample: true,
    }),
  )
  const labels = labelsIn(config, 'config.json')
  await openModel(
    { name: 'scenes.onnx', bytes: addressOf(`${folder}/scenes.onnx`), isExample: true },
    { preprocessing: parsePreprocessorConfig(preprocessor, 'preprocessor_config.json'), ...(labels && { labels }) },
    wanted,
  )
  batch(() => {
    const first = pictures[examplePictures.indexOf(settings.value.example)]
    addInputs(pictures, true)
    if (first) select(first)
  })
}

/** Brings a view of it back: only the settings change where its pictures are still there. */
export async function showExample(wanted: Settings): Promise<void> {
  const name = wanted.example || examplePictures[0]
  const picture = inputs.peek().find(one => one.kind === 'picture' && one.isExample && one.name === `${name}.png`)
  if (!model.peek()?.isExample || !picture) return openExample({ ...wanted, example: name ?? '' })
  batch(() => {
    settings.value = wanted
    select(picture)
  })
}
