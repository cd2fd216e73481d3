/** The core's face: bytes in, bytes out; no Node, no DOM, no runtime. Import it as `deeptaylor/core`. */

export type { Dim, Graph, Model, Node, ValueInfo, ValueType } from './0-graph/graph.ts'
export { print } from './0-graph/print.ts'
export type { Tensor as ConstantTensor } from './0-graph/tensor.ts'
export { type DecodeOptions, decodeModel, type ExternalDataLoader, type ExternalPiece } from './1-codec/decode.ts'
export { encodeModel } from './1-codec/encode.ts'
export { supportedOperators } from './3-operators/table.ts'
export type { InputBox } from './4-analyze/input-domain.ts'
export type { Oracle } from './4-analyze/oracle.ts'
export { type DeepTaylorOptions, deepTaylor } from './5-explain/deep-taylor.ts'
export { type GradientMethod, type GradientOptions, gradientMethods, gradients } from './5-explain/gradients.ts'
export { type HiddenNeuron, parseHidden } from './5-explain/hidden.ts'
export { type LayerPattern, type LayerRule, layerRuleNames, parseLayerPattern } from './5-explain/layer-rules.ts'
export type { LedgerStat } from './5-explain/ledger.ts'
export { type LrpMethod, type LrpOptions, lrp, lrpMethods } from './5-explain/lrp.ts'
export type { BiasPolicy, Decision, LayerFacts, Method, MethodOptions, Pooling } from './5-explain/method.ts'
export { biasPolicies } from './5-explain/method.ts'
export type { CompiledNames, ExplanationNames } from './5-explain/outputs.ts'
export type { Step } from './5-explain/plan.ts'
export {
  alphaBetaRule,
  type DirectionTerm,
  epsilonRule,
  flat,
  gammaRule,
  type InputMap,
  type Part,
  type Rule,
  searchDirection,
  type Term,
  type WeightBase,
  type WeightMap,
  wSquare,
  z,
  zBox,
  zOwnSign,
  zPlus,
  zPlusSigned,
} from './5-explain/rules.ts'
export type { ClassChoice, TargetInputs, TargetMode } from './5-explain/target.ts'
export { type Analysis, type AnalyzeOptions, analyze } from './analysis.ts'
export { type AuditCompileOptions, type CompiledAudit, compileAudit } from './audit.ts'
export { compileModel } from './compile.ts'
export {
  DeepTaylorError,
  type ErrorCode,
  type ErrorDetails,
  type UnsupportedNode,
  type Warning,
} from './diagnostics.ts'
export type { Compiled, CompileOptions } from './emit.ts'
export { type CompiledRoots, compileRoots, type RootsCompileOptions } from './roots.ts'
export { version } from './version.ts'
