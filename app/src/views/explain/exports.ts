/** The table of exports: each is a row. */

import { renderBars } from '../../../../src/render/bars.ts'
import { wordsPage } from '../../../../src/render/words.ts'
import { encodeNpy, type TargetMode } from '../../../../src/web.ts'
import { ask } from '../../lab.ts'
import { figureSvg } from '../../render/figure.ts'
import { heatmapPng, overlayPng } from '../../render/png.ts'
import { linkTo } from '../../state/address.ts'
import { plane, type Shown, shown } from '../../state/explanation.ts'
import type { Input } from '../../state/inputs.ts'
import { savedState } from '../../state/saved-state.ts'
import { settings } from '../../state/settings.ts'
import { explainedText } from './relevance-words.ts'
import { save } from './save.ts'
import { explainedRow } from './table-stage.tsx'

/** What is asked besides. */
export interface ExportOptions {
  readonly withPicture: boolean
}

/** An export. */
export interface ExportRow {
  readonly title: string
  /** Kinds of input that it is for; default: all. */
  readonly kinds?: readonly Input['kind'][]
  readonly take: (options: ExportOptions) => Promise<void>
}

const images = ['picture', 'array'] as const

/** All of them. */
export const exports: readonly ExportRow[] = [
  {
    title: 'Heatmap (PNG)',
    kinds: images,
    take: async () => save(await heatmapPng(planeNow(), scaleNow()), nameOf('heatmap.png')),
  },
  {
    title: 'Overlay (PNG)',
    kinds: images,
    take: async () => save(await overlayPng(planeNow(), now().of.picture, scaleNow()), nameOf('overlay.png')),
  },
  {
    title: 'Figure (SVG)',
    kinds: images,
    take: async () =>
      save(new Blob([await figureSvg(now(), planeNow(), scaleNow())], { type: 'image/svg+xml' }), nameOf('figure.svg')),
  },
  {
    title: 'Words (HTML)',
    kinds: ['text'],
    take: async () => save(new Blob([wordsHtml(now())], { type: 'text/html' }), nameOf('words.html')),
  },
  {
    title: 'Bars (SVG)',
    kinds: ['row'],
    take: async () => save(new Blob([barsSvg(now())], { type: 'image/svg+xml' }), nameOf('bars.svg')),
  },
  {
    title: 'Relevance (.npy)',
    take: async () => save(new Blob([encodeNpy(now().result.relevance) as BlobPart]), nameOf('relevance.npy')),
  },
  { title: 'Explained model (.onnx)', take: saveModel },
  { title: 'Copy link', take: () => navigator.clipboard.writeText(linkTo()) },
  {
    title: 'State (.json)',
    take: async options =>
      save(new Blob([await savedState(options)], { type: 'application/json' }), nameOf('state.json')),
  },
]

/** Those for a kind of input. */
export function exportsFor(kind: Input['kind'] | undefined): readonly ExportRow[] {
  return exports.filter(({ kinds }) => kind === undefined || !kinds || kinds.includes(kind))
}

function now(): Shown {
  const { value } = shown
  if (!value) throw new Error('Nothing is explained yet')
  return value
}

/** As the command line writes them. */
function wordsHtml({ result, of }: Shown): string {
  const text = explainedText(of, result.relevance.data)
  const title = `${of.input.name}: ${result.sample.target.label}`
  return wordsPage(text?.words ?? [], { title, ...(text && { padding: text.padding }) })
}

function barsSvg({ result, of }: Shown): string {
  const { baseline, logit, target } = result.sample
  const title = `${of.input.name}: ${target.label}`
  return renderBars(explainedRow(of, result.relevance.data) ?? [], { title, baseline, total: logit })
}

function planeNow() {
  const { value } = plane
  if (!value) throw new Error('Nothing is explained yet')
  return value
}

function scaleNow() {
  const { extent, gamma, opacity, colormap } = settings.value
  return { extent: extent || planeNow().extent, gamma, opacity, colormap }
}

/** As the command line names its files: input, method, target as it was asked for. */
function nameOf(what: string): string {
  const { of, settings: given } = now()
  const stem = of.input.name.replace(/\.\w+$/, '')
  return `${stem}.${given.method}.${given.target}.${what}`.replace(/[^\w.+-]+/g, '-')
}

async function saveModel(): Promise<void> {
  const { request, result, settings: given } = now()
  const { index, versus } = result.sample.target
  const one = given.target === 'top' ? 'top' : index
  const target: TargetMode = versus ? { class: one, versus: versus.index } : one
  const bytes = await ask('compile', { ...request, target })
  save(new Blob([bytes as BlobPart]), nameOf('explained.onnx'))
}
