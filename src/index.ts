/** The library's face in Node: what runs anywhere, models from files, pictures and drawing by sharp, ONNX Runtime for Node. */

export { loadModel } from './explainer/load-model.ts'
export { type ImageOptions, readImage } from './inputs/image.ts'
export { parseTable, type Table } from './inputs/table.ts'
export { openTokenizer, type TokenizerFiles } from './inputs/tokenizer.ts'
export type { Limits as TokenizerLimits } from './inputs/tokenizer-process.ts'
export type { ReadTokens, Token, TokenCompanions, Tokens } from './inputs/tokens.ts'
export { parseVocabulary, type Vocabulary, wordsOf } from './inputs/words.ts'
export * from './portable.ts'
export { type BarsOptions, type Feature, renderBars } from './render/bars.ts'
export { type Colormap, type ColormapName, colormapNames, colormaps, type Rgb } from './render/colormap.ts'
export {
  type ComparedMap,
  type Comparison,
  type ComparisonCell,
  type ComparisonRow,
  type ScaleSharing,
  shadingsOf,
} from './render/comparison.ts'
export { type FigureFiles, type FigureOptions, renderFigure } from './render/figure.ts'
export { renderGrid } from './render/grid.ts'
export { type PngOptions, renderHeatmap, renderOverlay, renderTransparent } from './render/heatmap.ts'
export { renderComparisonPage } from './render/page.ts'
export { heatmapPixels, overlayPixels, type RenderOptions, transparentPixels } from './render/paint.ts'
export { type ShadingOptions, sharedExtent } from './render/shading.ts'
export { type Word, type WordsOptions, wordsPage } from './render/words.ts'
export { type CacheOptions, cachedRuntime } from './runtime/cached.ts'
export { nodeRuntime, type RuntimeChoice } from './runtime/node.ts'
