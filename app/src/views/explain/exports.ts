/** The table of exports: each is a row. */

import { encodeNpy, type TargetMode } from '../../../../src/web.ts'
import { ask } from '../../lab.ts'
import { figureSvg } from '../../render/figure.ts'
import { heatmapPng, overlayPng } from '../../render/png.ts'
import { linkTo } from '../../state/address.ts'
import { plane, type Shown, shown } from '../../state/explanation.ts'
import { savedState } from '../../state/saved-state.ts'
import { settings } from '../../state/settings.ts'
import { save } from './save.ts'

/** What is asked besides. */
export interface ExportOptions {
  readonly withPicture: boolean
}

/** An export. */
export interface ExportRow {
  readonly title: string
  readonly take: (options: ExportOptions) => Promise<void>
}

/** All of them. */
export const exports: readonly ExportRow[] = [
  { title: 'Heatmap (PNG)', take: async () => save(await heatmapPng(planeNow(), scaleNow()), nameOf('heatmap.png')) },
  {
    title: 'Overlay (PNG)',
    take: async () => save(await overlayPng(planeNow(), now().of.picture, scaleNow()), nameOf('overlay.png')),
  },
  {
    title: 'Figure (SVG)',
    take: async () =>
      save(new Blob([await figureSvg(now(), planeNow(), scaleNow())], { type: 'image/svg+xml' }), nameOf('figure.svg')),
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

function now(): Shown {
  const { value } = shown
  if (!value) throw new Error('Nothing is explained yet')
  return value
}

function planeNow() {
  const { value } = plane
  if (!value) throw new Error('Nothing is explained yet')
  return value
}

function scaleNow() {
  const { extent, gamma, opacity } = settings.value
  return { extent: extent || planeNow().extent, gamma, opacity }
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
