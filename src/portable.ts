/** What both faces have: whatever needs neither files, processes nor sharp. */

export * from './core/index.ts'
export { type ControlName, controlNames } from './evaluate/controls.ts'
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
export { type MessageOptions, Messages, type NeuronMessages } from './explainer/messages.ts'
export {
  isGradient,
  type MethodName,
  type MethodOptions as NamedMethodOptions,
  methodFrom,
  methodNames,
} from './explainer/methods.ts'
export type { LoadedModel, LoadOptions } from './explainer/model-bytes.ts'
export { Neuron, type NeuronAt, type NeuronFacts, neuronModel } from './explainer/neuron.ts'
export { type LayerRoots, type RootOptions, type RootPoint, rootPoints } from './explainer/roots.ts'
export { Scorer, type ScorerOptions, type Scores } from './explainer/scorer.ts'
export { type BatchOptions, explainStream, type Streamed, type StreamOptions } from './explainer/stream.ts'
export type { ClassTarget, Target } from './explainer/target.ts'
export type { NamedInput } from './explainer/together.ts'
export { channelAxisOf, type PictureGeometry, pictureGeometry } from './inputs/geometry.ts'
export { findClass, labelsIn, parseJson, parseLabels } from './inputs/labels.ts'
export { parseLayerRule, parseLayerRules } from './inputs/layer-rules.ts'
export { decodeNpy, encodeNpy, floatsOf, type NpyArray, tokensOf } from './inputs/npy.ts'
export type { Picture, Region } from './inputs/picture.ts'
export { type ImageInput, prepareImage } from './inputs/prepare.ts'
export {
  boxOf,
  channelValue,
  isPictureConfig,
  type Preprocessing,
  parsePreprocessorConfig,
  preprocessingFrom,
  presets,
  type Resampling,
  type Size,
} from './inputs/preprocessing.ts'
export { parseTimmConfig } from './inputs/timm-config.ts'
export { type ChannelPooling, type Plane, planeOf, poolings } from './render/plane.ts'
export { oracleOf } from './runtime/oracle.ts'
export type {
  FloatTensor,
  Runtime,
  RuntimeFiles,
  Session,
  SessionOptions,
  Tensor,
  ValueType as RuntimeValueType,
} from './runtime/session.ts'
