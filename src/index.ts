/** The library's face in Node: everything of `deeptaylor/core`, models from files, and explainers over ONNX Runtime. */

export * from './core/index.ts'
export type { Layout } from './evaluate/layout.ts'
export {
  type Case,
  type Curve,
  type Direction,
  type Found,
  type Measure,
  type MeasureGroup,
  measureGroups,
  type Need,
  type NotApplicable,
  type Outcome,
  type Tools,
} from './evaluate/measure.ts'
export { allMeasures, type MeasureOptions } from './evaluate/measures.ts'
export type {
  Chunk,
  EvaluatedMethod,
  EvaluateOptions,
  EvaluationInput,
  EvaluationItem,
  Show,
  SkippedInput,
} from './evaluate/options.ts'
export type { Random } from './evaluate/random.ts'
export type {
  AuditSummary,
  EvaluatedInput,
  EvaluationReport,
  MeanCurve,
  MeasuredValue,
  Shown,
  Summary,
} from './evaluate/report.ts'
export { evaluate } from './evaluate/run.ts'
export {
  type AuditCheck,
  type AuditInput,
  type AuditLayer,
  type AuditOptions,
  type AuditReport,
  type AuditVerdict,
  audit,
  auditChecks,
} from './explainer/audit.ts'
export { compile } from './explainer/compile.ts'
export { type ExplainOnceOptions, explain } from './explainer/explain.ts'
export { Explainer, type ExplainerOptions, type ExplainOptions } from './explainer/explainer.ts'
export type { ClassScore, ExplainedTarget, Explanation, SampleExplanation } from './explainer/explanation.ts'
export type { Companions, FurtherInputs } from './explainer/further-inputs.ts'
export { type InspectOptions, inspect, type LayerReport, type ModelReport } from './explainer/inspect.ts'
export { type LoadedModel, type LoadOptions, loadModel } from './explainer/load-model.ts'
export { type MessageOptions, Messages, type NeuronMessages } from './explainer/messages.ts'
export { Neuron, type NeuronAt, type NeuronFacts, neuronModel } from './explainer/neuron.ts'
export { type LayerRoots, type RootOptions, type RootPoint, rootPoints } from './explainer/roots.ts'
export { type BatchOptions, explainStream, type Streamed, type StreamOptions } from './explainer/stream.ts'
export type { ClassTarget, Target } from './explainer/target.ts'
export type { NamedInput } from './explainer/together.ts'
export { channelAxisOf, type PictureGeometry, pictureGeometry } from './inputs/geometry.ts'
export { type ImageInput, type ImageOptions, type Picture, readImage } from './inputs/image.ts'
export { findClass, parseLabels } from './inputs/labels.ts'
export { parseLayerRule, parseLayerRules } from './inputs/layer-rules.ts'
export { decodeNpy, encodeNpy, floatsOf, type NpyArray, tokensOf } from './inputs/npy.ts'
export {
  boxOf,
  type Preprocessing,
  parsePreprocessorConfig,
  preprocessingFrom,
  type Resampling,
  type Size,
} from './inputs/preprocessing.ts'
export { parseTable, type Table } from './inputs/table.ts'
export { openTokenizer, type TokenizerFiles } from './inputs/tokenizer.ts'
export type { Limits as TokenizerLimits } from './inputs/tokenizer-process.ts'
export type { ReadTokens, Token, TokenCompanions, Tokens } from './inputs/tokens.ts'
export { parseVocabulary, type Vocabulary, wordsOf } from './inputs/words.ts'
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
export { type ChannelPooling, type Plane, planeOf, poolings } from './render/plane.ts'
export { type ShadingOptions, sharedExtent } from './render/shading.ts'
export { type Word, type WordsOptions, wordsPage } from './render/words.ts'
export { nodeRuntime, type RuntimeChoice } from './runtime/node.ts'
export { oracleOf } from './runtime/oracle.ts'
export type {
  FloatTensor,
  Runtime,
  Session,
  SessionOptions,
  Tensor,
  ValueType as RuntimeValueType,
} from './runtime/session.ts'
