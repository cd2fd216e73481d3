/** Options of how relevance is drawn, and their way to what the renderers take. */

import { type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { type ColormapName, colormapNames } from '../render/colormap.ts'
import type { RenderOptions } from '../render/paint.ts'
import { type ChannelPooling, poolings } from '../render/plane.ts'
import type { ShadingOptions } from '../render/shading.ts'
import { positive } from './options.ts'

/** The options, as they are given. */
export interface DrawOptions {
  readonly scale?: number
  readonly colormap?: ColormapName
  readonly channels?: ChannelPooling
  readonly exponent?: number
  readonly extent?: number
  readonly opacity?: number
  readonly contours?: readonly number[]
  readonly smooth?: true
  readonly transparent?: true
  readonly annotate?: true
}

/** One of them. */
export type DrawOption = keyof DrawOptions

const makers: { readonly [O in DrawOption]: () => Option } = {
  scale: () =>
    new Option('--scale <n>', 'pixels per element of the heatmap (default: at least 384 pixels a side)').argParser(
      positive,
    ),
  colormap: () =>
    new Option(
      '--colormap <name>',
      'colours: three for both signs, against first, then some that show only what is for (default: blue-red)',
    ).choices(colormapNames),
  channels: () =>
    new Option(
      '--channels <how>',
      "what one number is made of a place's channels: Σ R, Σ |R|, √Σ R², the R of the largest |R|, Σ of positive R (default: sum)",
    ).choices(poolings),
  exponent: () =>
    new Option(
      '--exponent <n>',
      'strength of colour is the share of the largest |R| to this power (default: 0.5, of words 1, which is linear)',
    ).argParser(aboveZero),
  extent: () =>
    new Option(
      '--extent <value>',
      'the |R| of the full colour; one for all makes pictures comparable (default: the largest of each)',
    ).argParser(aboveZero),
  opacity: () =>
    new Option(
      '--opacity <share>',
      'how much the strongest relevance covers in an overlay, 0 to 1 (default: 1)',
    ).argParser(shareOf('0 to 1', share => share >= 0 && share <= 1)),
  contours: () =>
    new Option('--contours <shares>', 'lines around shares of the largest |R|, like 0.25,0.5').argParser(parseShares),
  smooth: () => new Option('--smooth', 'interpolate between places (default: every place is a square)'),
  transparent: () => new Option('--transparent', 'write a picture with alpha too, to lay over anything'),
  annotate: () =>
    new Option(
      '--annotate',
      'write a figure too, as SVG and PNG: with a colour bar, and a caption that says how it is drawn',
    ),
}

/** The names, in the order in which help has them. */
export const drawOptionNames: readonly DrawOption[] = Object.keys(makers) as DrawOption[]

/** Adds the options, or some. */
export function addDrawing(command: CommandUnknownOpts, names: readonly DrawOption[] = drawOptionNames): void {
  for (const name of names) command.addOption(makers[name]())
}

/** How values become colours, for whatever is drawn. */
export function shadingFrom({ colormap, exponent, extent }: DrawOptions): ShadingOptions {
  return {
    ...(colormap !== undefined && { colormap }),
    ...(exponent !== undefined && { exponent }),
    ...(extent !== undefined && { extent }),
  }
}

/** How planes are drawn. */
export function renderingFrom(options: DrawOptions): RenderOptions {
  const { scale, opacity, contours, smooth } = options
  return {
    ...shadingFrom(options),
    ...(scale !== undefined && { scale }),
    ...(opacity !== undefined && { opacity }),
    ...(contours !== undefined && { contours }),
    ...(smooth && { smooth }),
  }
}

function aboveZero(text: string): number {
  return shareOf('above 0', value => value > 0)(text)
}

function shareOf(range: string, isWithin: (value: number) => boolean): (text: string) => number {
  return text => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isFinite(value) && isWithin(value)) return value
    throw new InvalidArgumentError(`a number ${range} was expected.`)
  }
}

function parseShares(text: string): readonly number[] {
  const shares = text.split(',').map(part => (part.trim() === '' ? Number.NaN : Number(part)))
  if (shares.every(share => share > 0 && share < 1)) return [...new Set(shares)].sort((a, b) => a - b)
  throw new InvalidArgumentError('shares between 0 and 1, separated by commas, were expected, like 0.25,0.5.')
}
