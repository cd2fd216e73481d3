/** Text as HTML and SVG write it. */

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text without what markup would take for its own. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, sign => entities[sign] as string)
}
