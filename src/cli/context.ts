/** What every verb begins with: the model, what lies beside it, and how its input is to be read. */

import type { Dim } from '../core/0-graph/graph.ts'
import type { InputBox } from '../core/4-analyze/input-domain.ts'
import { explainedInput } from '../core/analysis.ts'
import { type LoadedModel, loadModel } from '../explainer/load-model.ts'
import { type PictureGeometry, pictureGeometry } from '../inputs/geometry.ts'
import { type Preprocessing, preprocessingFrom } from '../inputs/preprocessing.ts'
import { readLabels, readPreprocessing, readSidecar, readTokenizer } from '../inputs/sidecar.ts'
import type { ReadTokens } from '../inputs/tokens.ts'
import { boxFrom, pictureBox } from './options.ts'

/** A model and how its input is read. */
export interface ModelContext {
  readonly loaded: LoadedModel
  readonly geometry: PictureGeometry | undefined
  /** The shape of the explained input in the file, where it has one; free dimensions by name. */
  readonly dims: readonly Dim[] | undefined
  /** The model reads tokens: integers that choose rows of a table. */
  readonly readsTokens: boolean
  /** Of a model that reads tokens, where texts are to be read: what cuts them. */
  readonly readTokens: ReadTokens | undefined
  /** How many places for tokens the model has; undefined where it takes any. */
  readonly places: number | undefined
  readonly preprocessing: Preprocessing | undefined
  readonly labels: readonly string[] | undefined
  /** The box of pictures: as stated, or as preprocessing implies. */
  readonly pictureBox: InputBox | undefined
  /** The box of arrays: as stated. */
  readonly arrayBox: InputBox | undefined
  /** What was assumed because nothing said otherwise. */
  readonly assumptions: readonly string[]
}

/** The options that bear on it. */
export interface ContextOptions {
  readonly preprocess?: string | undefined
  readonly labels?: string | undefined
  readonly vocab?: string | undefined
  readonly tokenizer?: string | undefined
  readonly box?: readonly number[] | undefined
  readonly input?: string | undefined
  readonly output?: string | undefined
}

/** What the inputs are. */
export interface InputKinds {
  readonly readsPictures?: boolean
  readonly readsTexts?: boolean
}

/** Loads a model with its surroundings; how pictures and texts are read is looked for only where some are. */
export async function openContext(
  path: string,
  options: ContextOptions,
  { readsPictures = true, readsTexts = false }: InputKinds = {},
): Promise<ModelContext> {
  const loaded = await loadModel(path)
  const { input, output } = options
  const { type } = explainedInput(loaded.model, { ...(input && { input }), ...(output && { output }) })
  const readsTokens = type !== undefined && type.dtype !== 'float32'
  const places = type?.dims?.[1]
  const geometry = readsTokens ? undefined : pictureGeometry(type?.dims ?? [])
  const sidecar = await readSidecar(path, {
    preprocessing: readsPictures && geometry !== undefined && options.preprocess === undefined,
    labels: options.labels === undefined,
  })
  const stated = options.preprocess === undefined ? undefined : await readPreprocessing(options.preprocess)
  const found = stated ?? sidecar.preprocessing
  const assumed =
    found || !geometry || !readsPictures ? undefined : preprocessingFrom(geometry.channels === 3 ? 'imagenet' : 'unit')
  const preprocessing = found ?? assumed
  const labels = options.labels === undefined ? sidecar.labels : await readLabels(options.labels)
  const cutsTexts = readsTexts || options.vocab !== undefined || options.tokenizer !== undefined
  const arrayBox = options.box && boxFrom(options.box, geometry)
  return {
    loaded,
    geometry,
    dims: type?.dims,
    readsTokens,
    readTokens: readsTokens && cutsTexts ? await readTokenizer(options, path) : undefined,
    places: typeof places === 'number' ? places : undefined,
    preprocessing,
    labels,
    pictureBox: arrayBox ?? (geometry && preprocessing && pictureBox(preprocessing, geometry)),
    arrayBox,
    assumptions: assumed
      ? [`no preprocessing was given and none lies beside the model: assuming --preprocess ${assumed.name}`]
      : [],
  }
}

/** Says on stderr what was assumed. */
export function announce(messages: readonly string[]): void {
  for (const message of messages) process.stderr.write(`deeptaylor: ${message}\n`)
}
