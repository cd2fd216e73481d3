/** A report whose every text tries to be something else: what pages, tables and plots must show as text. */

import type { EvaluationReport, Shown } from '../../src/evaluate/report.ts'
import { madeUpReport } from './evaluation-report.ts'

/** Texts that a file's name or a label may hold. */
export const hostileTexts: readonly string[] = [
  '<script>document.title = "taken"</script>',
  '"><img src="https://example.org/x.png" onerror="document.title=\'taken\'">',
  "'; </style></title></svg><b>",
  'evil\u202egnp.exe \0\x1b[31m\r\n\ud800 \ufffe',
  'שלום עולם.png',
  '&lt;already&gt; ]]> <!-- -->',
  '=HYPERLINK("https://example.org")',
]

/** A small report of them; the methods are hostile too. */
export async function hostileReport(): Promise<EvaluationReport> {
  const report = await madeUpReport({
    inputs: 7,
    methods: ['deep-taylor', 'gradient', 'occlusion'],
    measures: 10,
    shown: 2,
  })
  let count = 0
  const names = new Map<string, string>()
  const hostile = (text: string): string => {
    const found =
      names.get(text) ??
      `${hostileTexts[count++ % hostileTexts.length]}${Math.floor(count / hostileTexts.length) || ''}`
    names.set(text, found)
    return found
  }
  const keys = new Set(['group', 'direction', 'needs', 'shown', 'score'])
  const twisted = (value: unknown, key = ''): unknown => {
    if (keys.has(key)) return value
    if (typeof value === 'string') return hostile(value)
    if (Array.isArray(value)) return value.map(entry => twisted(entry))
    if (typeof value !== 'object' || value === null) return value
    const isRecord = ['curves', 'parameters'].includes(key)
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [isRecord ? hostile(name) : name, twisted(entry, name)]),
    )
  }
  const { inputs, ...rest } = twisted(report) as EvaluationReport
  return { ...rest, inputs: inputs.map((input, i) => ({ ...input, shown: shownOf(i, rest.methods) })) }
}

const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="document.title=\'taken\'"><script>document.title="taken"</script><image href="https://example.org/x.png"/><rect width="40" height="40" fill="teal"/></svg>'
const pictures: readonly Shown[] = [
  { kind: 'svg', markup: svg },
  {
    kind: 'html',
    markup: `<p onclick="x()">${hostileTexts[0]}<img src=x onerror="document.title='taken'"><style>body{display:none}</style>words</p>`,
  },
  { kind: 'picture', dataUrl: 'https://example.org/x.png', width: 8, height: 8 },
  { kind: 'picture', dataUrl: 'data:image/svg+xml,<svg onload="x()"/>" onerror="x()', width: 8, height: 8 },
]

function shownOf(place: number, methods: readonly string[]): Readonly<Record<string, Shown>> {
  return Object.fromEntries(
    ['input', ...methods].map((name, i) => [name, pictures[(i + place) % pictures.length] as Shown]),
  )
}
