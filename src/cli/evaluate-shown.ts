/** What an evaluation's report shows of an input: itself, and what every method made of it. */

import type { Show } from '../evaluate/options.ts'
import type { Shown } from '../evaluate/report.ts'
import type { Explanation } from '../explainer/explanation.ts'
import type { PictureGeometry } from '../inputs/geometry.ts'
import { resample } from '../inputs/resample.ts'
import { renderBars } from '../render/bars.ts'
import { escaped } from '../render/escaped.ts'
import { dataUrlOf } from '../render/figure.ts'
import { renderHeatmap, renderPicture } from '../render/heatmap.ts'
import { planeOf } from '../render/plane.ts'
import { wordMarks, wordsShading } from '../render/words.ts'
import type { FloatTensor } from '../runtime/session.ts'
import type { Input } from './inputs.ts'
import type { Sample } from './samples.ts'
import { featuresOf, sampleOf, wordsOf } from './shown.ts'

/** Draws pictures at the size of the input, tables as bars, texts as words on coloured ground. */
export function showing(geometry: PictureGeometry | undefined): Show<Sample> {
  return async (sample, explanations) => {
    const { tensor } = explanations[0]?.explanation.relevance
      ? { tensor: batchOf(sample.tensor, explanations[0].explanation.relevance) }
      : sample
    const input: Input = { ...sample, tensor, picture: sample.picture }
    const shown: [string, Shown][] = [['input', await shownInput(input, geometry)]]
    for (const { method, explanation } of explanations) {
      shown.push([method, await shownRelevance(input, explanation, method, geometry)])
    }
    return Object.fromEntries(shown.filter(([, one]) => one !== undefined))
  }
}

/** The sample in the shape of its relevance, which has the batch axis. */
function batchOf({ data }: FloatTensor, { dims }: FloatTensor): FloatTensor {
  return { dims, data }
}

/** Longest side of a picture in the report. */
const longest = 512

async function shownInput(input: Input, geometry: PictureGeometry | undefined): Promise<Shown> {
  const { picture, text, features, tensor } = input
  if (text) {
    const words = text.tokens.map(({ text: word, isJoined }, i) => (isJoined || i === 0 ? '' : ' ') + escaped(word))
    return { kind: 'html', markup: `<p>${words.join('')}</p>` }
  }
  if (features) {
    const rows = features.map(
      (name, i) => `${escaped(name)} <b>${Number((tensor.data[i] as number).toPrecision(4))}</b>`,
    )
    return { kind: 'html', markup: `<p>${rows.join('<br>')}</p>` }
  }
  if (!picture) return heatmap(tensor, geometry)
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height))
  const size = { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) }
  const drawn = scale === 1 ? picture : resample(picture, size, 'bilinear')
  return { kind: 'picture', dataUrl: dataUrlOf(await renderPicture(drawn)), ...size }
}

async function shownRelevance(
  input: Input,
  explanation: Explanation,
  method: string,
  geometry: PictureGeometry | undefined,
): Promise<Shown> {
  const features = featuresOf(input, explanation, 0)
  if (features) return { kind: 'svg', markup: renderBars(features, { title: method }) }
  const { words } = wordsOf(input, explanation)
  if (words) return { kind: 'html', markup: `<p>${wordMarks(words, wordsShading(words))}</p>` }
  return heatmap(explanation.relevance, geometry)
}

/** A number per place, drawn as one pixel each: the page enlarges it. A vector is a strip. */
async function heatmap(tensor: FloatTensor, geometry: PictureGeometry | undefined): Promise<Shown> {
  const isNhwc = geometry?.layout === 'NHWC'
  const plane = planeOf(sampleOf(tensor, 0), isNhwc)
  const isStrip = Math.min(plane.width, plane.height) === 1
  const png = await renderHeatmap(plane, isStrip ? {} : { scale: 1 })
  const { width, height } = isStrip ? sizeOf(png) : plane
  return { kind: 'picture', dataUrl: dataUrlOf(png), width, height }
}

/** A PNG file's size, out of its first chunk. */
function sizeOf(png: Uint8Array): { readonly width: number; readonly height: number } {
  const view = new DataView(png.buffer, png.byteOffset)
  return { width: view.getUint32(16), height: view.getUint32(20) }
}
