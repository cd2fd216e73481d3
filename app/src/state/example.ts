/** The embedded example: the scenes, their network and its files, as the repository has them. */

import { batch } from '@preact/signals'
import { labelsIn, parseJson, parsePreprocessorConfig } from '../../../src/web.ts'
import { addressOf } from './address-of.ts'
import { exampleTexts, openTexts } from './example-texts.ts'
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

/** The model's file. */
export const pictureModel = 'scenes.onnx'

/** Opens the example that the settings name: pictures, unless it is a text. */
export function openExample(wanted?: Settings): Promise<void> {
  const { example } = wanted ?? settings.value
  return exampleTexts.includes(example) ? openTexts(wanted) : openPictures(wanted)
}

/** Opens the pictures, with the one that the settings name in front. */
export async function openPictures(wanted?: Settings): Promise<void> {
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
    { name: pictureModel, bytes: addressOf(`${folder}/${pictureModel}`), isExample: true },
    { preprocessing: parsePreprocessorConfig(preprocessor, 'preprocessor_config.json'), ...(labels && { labels }) },
    wanted,
  )
  batch(() => {
    const first = pictures[examplePictures.indexOf(settings.value.example)]
    addInputs(pictures, true)
    if (first) select(first)
  })
}

/** Brings a view of it back: only the settings change where its inputs are still there. */
export async function showExample(wanted: Settings): Promise<void> {
  const name = wanted.example || (examplePictures[0] as string)
  const isNamed = (file: string) => file === `${name}.png` || file === `${name}.txt`
  const input = inputs
    .peek()
    .find(one => (one.kind === 'picture' || one.kind === 'text') && one.isExample && isNamed(one.name))
  if (!model.peek()?.isExample || !input) return openExample({ ...wanted, example: name })
  batch(() => {
    settings.value = wanted
    select(input)
  })
}
