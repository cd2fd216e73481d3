/** What a JSON file beside a model says: how pictures are prepared, what the classes are called. */

import { DeepTaylorError } from '../../../src/core/diagnostics.ts'
import { isPictureConfig, labelsIn, parseJson, parsePreprocessorConfig, parseTimmConfig } from '../../../src/web.ts'
import type { Sidecars } from './model.ts'

/**
 * Reads Hugging Face's or timm's configuration, or a list of labels.
 *
 * @throws DeepTaylorError `config-unreadable`
 */
export function readConfig(text: string, file: string): Pick<Sidecars, 'preprocessing' | 'labels'> {
  const value = parseJson(text, file)
  if (isPictureConfig(value)) return { preprocessing: parsePreprocessorConfig(value, file) }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const preprocessing = isObject ? parseTimmConfig(value, file) : undefined
  const labels = labelsIn(value, file)
  if (preprocessing || labels) return { ...(preprocessing && { preprocessing }), ...(labels && { labels }) }
  const reason = 'it holds neither labels nor how pictures are prepared; a saved state has its own form'
  throw new DeepTaylorError('config-unreadable', { file, reason })
}
