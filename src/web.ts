/** The library's face in the browser, `deeptaylor/web`: what the Node face has, less what needs files, processes or sharp. */

export * from './core/index.ts'
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
export { type LoadedModel, type LoadOptions, modelFromBytes as loadModel } from './explainer/model-bytes.ts'
export { type LayerRoots, type RootOptions, type RootPoint, rootPoints } from './explainer/roots.ts'
export { Scorer, type ScorerOptions, type Scores } from './explainer/scorer.ts'
export type { ClassTarget, Target } from './explainer/target.ts'
export { channelAxisOf, type PictureGeometry, pictureGeometry } from './inputs/geometry.ts'
export { findClass, labelsIn, parseJson, parseLabels } from './inputs/labels.ts'
export { parseLayerRule, parseLayerRules } from './inputs/layer-rules.ts'
export { decodeNpy, encodeNpy, floatsOf, type NpyArray } from './inputs/npy.ts'
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
export { type Plane, planeOf } from './render/plane.ts'
export { oracleOf } from './runtime/oracle.ts'
export type {
  FloatTensor,
  Runtime,
  Session,
  SessionOptions,
  Tensor,
  ValueType as RuntimeValueType,
} from './runtime/session.ts'
export { type WebProvider, type WebRuntimeOptions, webRuntime } from './runtime/web.ts'
