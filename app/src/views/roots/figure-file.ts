/** The figure as a file of its own: what the style sheets say is written into it, and what only a page needs left out. */

const painted = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray'] as const
const lettered = ['stroke-linejoin', 'paint-order', 'font-family', 'font-size', 'font-style', 'font-weight'] as const
const groups: ReadonlySet<string> = new Set(['g', 'defs', 'marker', 'pattern'])

/** An SVG document that looks like the figure on the page. */
export function figureFile(figure: SVGSVGElement): Blob {
  const copy = figure.cloneNode(true) as SVGSVGElement
  const sources = figure.querySelectorAll('*')
  for (const [i, element] of [...copy.querySelectorAll('*')].entries()) {
    const style = getComputedStyle(sources[i] as Element)
    const isText = element instanceof SVGTextContentElement
    const written = groups.has(element.tagName) ? [] : isText ? [...painted, ...lettered] : painted
    for (const name of written) element.setAttribute(name, style.getPropertyValue(name))
    for (const name of element.getAttributeNames()) {
      if (/^(aria-|role|tabindex|class)/.test(name)) element.removeAttribute(name)
    }
  }
  for (const area of [...copy.querySelectorAll('*')]) {
    const colors = [area.getAttribute('fill'), area.getAttribute('stroke')]
    if (colors.every(color => color === transparent)) area.remove()
  }
  copy.removeAttribute('role')
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  return new Blob([new XMLSerializer().serializeToString(copy)], { type: 'image/svg+xml' })
}

/** What areas are painted with that are only there to be grabbed. */
const transparent = 'rgba(0, 0, 0, 0)'
