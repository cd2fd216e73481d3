/** What ONNX's operators are to relevance: a list of names per kind, as the theory page tells them apart. */

/** Layers with weights: a matrix of numbers that were learned. Of support vectors, where their kernel is linear. */
export const weighted: ReadonlySet<string> = new Set([
  'Conv',
  'ConvTranspose',
  'Einsum',
  'Gemm',
  'LinearRegressor',
  'MatMul',
  'SVMClassifier',
])

/** Which of a layer's outputs holds its numbers: classifiers name their label first. */
export function resultPlace(opType: string): number {
  return opType === 'SVMClassifier' ? 1 : 0
}

/** Averages and sums over windows and axes, and interpolation: layers whose numbers are the operator's own. */
export const averaging: ReadonlySet<string> = new Set([
  'AveragePool',
  'GlobalAveragePool',
  'ReduceMean',
  'ReduceSum',
  'Resize',
  'Upsample',
])

/** Sums of what they read, element by element. */
export const summing: ReadonlySet<string> = new Set(['Add', 'Sub', 'Sum'])

/** With constants they scale and shift one element each. */
export const scaling: ReadonlySet<string> = new Set(['Mul', 'Div', 'BatchNormalization', 'Neg', 'Scaler', ...summing])

/** They take the largest. */
export const selecting: ReadonlySet<string> = new Set(['GlobalMaxPool', 'Max', 'MaxPool', 'ReduceMax'])

/** They move elements, and may repeat them or leave some out. */
export const moving: ReadonlySet<string> = new Set([
  'ArrayFeatureExtractor',
  'Concat',
  'DepthToSpace',
  'Dropout',
  'Expand',
  'Flatten',
  'Gather',
  'Identity',
  'Pad',
  'Reshape',
  'Slice',
  'SpaceToDepth',
  'Split',
  'Squeeze',
  'Tile',
  'Transpose',
  'Trilu',
  'Unsqueeze',
  'Where',
])

/** With their normaliser held fixed they scale one element each. */
export const normalising: ReadonlySet<string> = new Set([
  'GroupNormalization',
  'InstanceNormalization',
  'LRN',
  'LayerNormalization',
  'LogSoftmax',
  'LpNormalization',
  'Normalizer',
  'RMSNormalization',
  'Softmax',
])

/** Numbers in another precision: the same numbers, rounded. */
export const rounding: ReadonlySet<string> = new Set(['Cast', 'DequantizeLinear', 'QuantizeLinear'])

/** Comparisons with constants, where numbers are made of them: steps. */
export const comparing: ReadonlySet<string> = new Set(['Greater', 'Less'])

/** Activation functions, element by element. */
export const gates: ReadonlySet<string> = new Set([
  'Abs',
  'Ceil',
  'Celu',
  'Clip',
  'Elu',
  'Erf',
  'Exp',
  'Floor',
  'Gelu',
  'HardSigmoid',
  'HardSwish',
  'LeakyRelu',
  'Log',
  'Max',
  'Min',
  'Mish',
  'PRelu',
  'Pow',
  'Reciprocal',
  'Relu',
  'Round',
  'Selu',
  'Sigmoid',
  'Sign',
  'Softplus',
  'Softsign',
  'Sqrt',
  'Swish',
  'Tanh',
  'ThresholdedRelu',
])

/** Sizes, choices and places: numbers about values, not values. */
export const asking: ReadonlySet<string> = new Set([
  'And',
  'ArgMax',
  'ArgMin',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'Not',
  'Or',
  'Shape',
  'Size',
])

/** A final one is looked through: the number that it reads is explained. */
export const heads: ReadonlySet<string> = new Set(['LogSoftmax', 'Sigmoid', 'Softmax'])

/** They may stand behind a head. */
export const behindHeads: ReadonlySet<string> = new Set([
  'Cast',
  'Flatten',
  'Identity',
  'Normalizer',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
])
