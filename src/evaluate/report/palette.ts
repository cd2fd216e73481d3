/** One look per method, the same in every plot, table and picture: colour, symbol and dash, so that no reader needs the colour alone. */

/** How a method is drawn. */
export interface MethodStyle {
  readonly method: string
  /** A CSS colour: a variable, which `paletteCss` sets for light and dark. */
  readonly colour: string
  readonly symbol: MethodSymbol
  /** SVG's `stroke-dasharray`; undefined for a whole line. */
  readonly dash: string | undefined
}

/** Filled symbols of a like area, as Observable Plot names them. */
export type MethodSymbol = 'circle' | 'square' | 'triangle' | 'diamond' | 'star' | 'wye' | 'cross'

/**
 * The colours of Okabe and Ito (2008), which colour-blind people tell apart, without yellow, which white paper swallows; black is
 * grey, and on dark ground the darker ones are lighter.
 */
const colours: readonly { readonly light: string; readonly dark: string }[] = [
  { light: '#0072b2', dark: '#3f9be6' },
  { light: '#d55e00', dark: '#f07a33' },
  { light: '#009e73', dark: '#1fbf92' },
  { light: '#cc79a7', dark: '#e394bf' },
  { light: '#e69f00', dark: '#f2b53a' },
  { light: '#56b4e9', dark: '#a5daff' },
  { light: '#5c6470', dark: '#b4bcc8' },
]

const symbols: readonly MethodSymbol[] = ['circle', 'square', 'triangle', 'diamond', 'star', 'wye', 'cross']

/** Methods beyond the colours begin them anew, with another dash. */
const dashes: readonly (string | undefined)[] = [undefined, '5 3', '2 2', '8 3 2 3']

/** The looks of the methods, in their order. */
export function methodStyles(methods: readonly string[]): ReadonlyMap<string, MethodStyle> {
  return new Map(
    methods.map((method, i) => [
      method,
      {
        method,
        colour: `var(--method-${i % colours.length})`,
        // Shifted by one each time round, so that two of one colour have different symbols.
        symbol: symbols[(i + Math.floor(i / colours.length)) % symbols.length] as MethodSymbol,
        dash: dashes[Math.floor(i / colours.length) % dashes.length],
      },
    ]),
  )
}

/** The look of what no method stands for. */
export const noStyle: MethodStyle = { method: '', colour: 'currentColor', symbol: 'circle', dash: undefined }

/** The variables of ground, ink and methods for `:root`, as declarations. */
export function paletteCss(mode: 'light' | 'dark'): string {
  const base =
    mode === 'light'
      ? '--ground:#fff;--ink:#1c2127;--faint:#5b6470;--line:#d8dde3;'
      : '--ground:#14171b;--ink:#e6e9ed;--faint:#a0a8b3;--line:#353b43;'
  return base + colours.map((colour, i) => `--method-${i}:${colour[mode]};`).join('')
}
