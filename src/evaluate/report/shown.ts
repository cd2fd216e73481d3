/** Pictures, drawings and coloured texts of inputs and their explanations, shown so that nothing in them can act. */

import type { Shown } from '../report.ts'
import { html, Markup } from './html.ts'
import { dash } from './numbers.ts'
import type { PlotDocument } from './plot.ts'

/** Formats that browsers decode, in base64: nothing that has parts elsewhere. */
const dataUrl = /^data:image\/(?:png|jpeg|webp|gif);base64,[A-Za-z0-9+/=]+$/

/** Pictures smaller than this are enlarged, place by place. */
const small = 256

/**
 * What there is to look at.
 *
 * @param alt what it shows, for those who cannot see it
 */
export function shownMarkup(shown: Shown | undefined, alt: string, document: PlotDocument): Markup {
  if (shown?.kind === 'html')
    return html`<div class="text" role="group" aria-label="${alt}">${harmless(shown.markup, document)}</div>`
  if (shown?.kind === 'svg') {
    const source = `data:image/svg+xml,${encodeURIComponent(shown.markup.replace(/\p{Cs}/gu, '�'))}`
    return html`<img src="${source}" alt="${alt}">`
  }
  if (shown?.kind !== 'picture' || !dataUrl.test(shown.dataUrl))
    return html`<span class="none" title="no picture">${dash}</span>`
  const { width, height } = shown
  const pixelated = Math.max(width, height) < small && html` class="places"`
  return html`<img src="${shown.dataUrl}" alt="${alt}" width="${width}" height="${height}"${pixelated} decoding="async">`
}

interface Node {
  readonly nodeType: number
  readonly nodeName: string
  readonly textContent: string | null
  readonly childNodes: Iterable<Node>
  getAttribute(name: string): string | null
}

const elements = ['b', 'br', 'div', 'em', 'i', 'mark', 'p', 'small', 'span', 'strong', 'sub', 'sup']
/** With these goes what is in them. */
const dropped = [
  'script',
  'style',
  'title',
  'template',
  'iframe',
  'object',
  'svg',
  'math',
  'noscript',
  'textarea',
  'head',
]
const [elementNode, textNode] = [1, 3]

/** Only words and their colours: elements, classes and styles out of a list, everything else as its text. */
function harmless(markup: string, document: PlotDocument): readonly Markup[] {
  const template = document.createElement('template') as { innerHTML: string; readonly content: Node }
  template.innerHTML = markup
  return [...template.content.childNodes].map(kept)
}

function kept(node: Node): Markup {
  if (node.nodeType === textNode) return html`${oneOrMoreSpaces(node.textContent ?? '')}`
  const name = node.nodeName.toLowerCase()
  if (node.nodeType !== elementNode || dropped.includes(name)) return html``
  const inner = [...node.childNodes].map(kept)
  if (!elements.includes(name)) return html`${inner}`
  const tag = new Markup(name)
  if (name === 'br') return html`<br>`
  const title = node.getAttribute('title')
  const classes = (node.getAttribute('class') ?? '')
    .match(/[a-z-]+/g)
    ?.filter(word => ['joined', 'open', 'special'].includes(word))
  const style = colours(node.getAttribute('style') ?? '')
  return html`<${tag}${classes?.length ? html` class="${classes.join(' ')}"` : ''}${style && html` style="${style}"`}${title !== null && html` title="${title}"`}>${inner}</${tag}>`
}

/** Declarations of colours. */
function colours(style: string): string {
  return style
    .split(';')
    .map(declaration => declaration.trim())
    .filter(declaration =>
      /^(?:background|background-color|color)\s*:\s*(?:#[0-9a-f]{3,8}|rgba?\([\d\s.,%/]+\)|[a-z]+)$/i.test(declaration),
    )
    .join(';')
}

function oneOrMoreSpaces(text: string): string {
  return text.replace(/[\t\n\r\f ]+/g, ' ')
}
