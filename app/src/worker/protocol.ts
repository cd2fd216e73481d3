/** What the page may ask of the worker, what comes back, and the messages that carry both. The one contract between them. */

import type { ReplacementName } from '../../../src/evaluate/faithfulness/faithfulness.ts'
import type { Curve } from '../../../src/evaluate/measure.ts'
import type { Tokens } from '../../../src/inputs/tokens.ts'
import type {
  AuditCheck,
  AuditReport,
  Companions,
  Explanation,
  FloatTensor,
  InputBox,
  LayerRoots,
  MethodName,
  ModelReport,
  NamedMethodOptions,
  NeuronFacts,
  NeuronMessages,
  Picture,
  PictureGeometry,
  Plane,
  Preprocessing,
  SampleExplanation,
  Scores,
  Target,
  TargetMode,
} from '../../../src/web.ts'

/** Every request by name. A request without a handler does not compile: see `handlers.ts`. */
export interface WorkerApi {
  /** Reads a model and keeps it under an id of the page's. */
  load(request: LoadRequest): ModelFacts
  /** Forgets a model and everything opened for it. */
  unload(request: { readonly model: string }): void
  /** Gives a model other labels. */
  label(request: { readonly model: string; readonly labels: readonly string[] }): void
  /** Which runtime computes from now on; what was opened is opened again when it is asked for. */
  choose(request: { readonly runtime: RuntimeChoice }): void
  /** Reads a picture and makes of it what the network gets. */
  prepare(request: PrepareRequest): PreparedPicture
  /** Compiles and opens, so that faults of a model are known before it takes another's place. */
  open(request: ExplainerRequest): void
  /** Explains one input. */
  explain(request: ExplainRequest): ExplainResult
  /** Layers, domains, rules and why; what is not as the method assumes. */
  inspect(request: ExplainerRequest): ModelReport
  /** Where relevance went, layer by layer. */
  audit(request: AuditRequest): AuditReport
  /** The relevance of many layers, summed up: tensors stay with the worker until one of them is asked for. */
  layers(request: LayersRequest): LayersResult
  /** The relevance of one of these layers. */
  layer(request: LayersRequest & { readonly layer: string }): FloatTensor
  /** What one neuron receives and sends. */
  messages(request: MessagesRequest): NeuronMessages
  /** Where the boxes of a graph are drawn. */
  layout(request: LayoutRequest): LayoutResult
  /** Root points of one layer's neurons. */
  rootPoints(request: RootsRequest): LayerRoots
  /** A neuron of two inputs that belongs to no model: what each rule makes of it. Fast enough to follow a finger. */
  neuron(request: NeuronRequest): NeuronResult
  /** The model's scores of a batch, for curves of perturbed inputs; one session is kept per model. */
  score(request: ScoreRequest): Scores
  /** Cuts a text into tokens. */
  tokens(request: TokensRequest): Tokens
  /** Pixel flipping of one input by one method; the curves come with the progress as they grow. */
  flip(request: FlipRequest): FlipResult
  /** The explained model as a file. */
  compile(request: CompileRequest): Uint8Array
}

/** `auto`: WebGPU where there is a GPU and the model is large enough to gain by it, else WebAssembly. */
export type RuntimeChoice = 'auto' | 'webgpu' | 'wasm'

/** A file's bytes, read by the worker so that the page never holds them: a file, or an address of the Lab's own. */
export type Bytes = Blob | string

/** A model to read. */
export interface LoadRequest {
  readonly model: string
  /** What messages call it. */
  readonly name: string
  readonly bytes: Bytes
  /** Files with its weights, by name, where it has external data. */
  readonly external?: ReadonlyMap<string, Blob>
  /** Labels from a file; default: the model's own. */
  readonly labels?: readonly string[]
}

/** What is known of a model once it is read. */
export interface ModelFacts {
  readonly name: string
  readonly byteLength: number
  /** The input that is explained; dimensions are sizes or names of free ones. */
  readonly input: { readonly name: string; readonly dtype: string; readonly dims: readonly (number | string)[] }
  /** Of a model that reads pictures. */
  readonly geometry: PictureGeometry | undefined
  /** Its input holds integers that choose rows of a table: it reads texts. */
  readonly readsTokens: boolean
  readonly labels: readonly string[] | undefined
  readonly producer: string
  readonly opset: number
  readonly nodes: number
}

/** A picture, and how the network sees pictures. */
export interface PrepareRequest {
  readonly name: string
  readonly bytes: Bytes
  readonly preprocessing: Preprocessing
  readonly geometry: PictureGeometry
}

/** A picture, prepared. */
export interface PreparedPicture {
  readonly tensor: FloatTensor
  /** The region that the network sees, as finely as the file has it. */
  readonly picture: Picture
  /** Size of the file's picture. */
  readonly natural: { readonly width: number; readonly height: number }
}

/** How a model is explained; two requests with equal values share what was compiled and opened for them. */
export interface ExplainerRequest {
  readonly model: string
  readonly method: MethodName
  readonly options?: NamedMethodOptions
  /** `PATTERN=RULE`, as on the command line; later ones win. */
  readonly rules?: readonly string[]
  /** What the input is known to lie in. Of a picture: `boxOf` its preprocessing. */
  readonly box?: InputBox
  /** Hidden layers whose relevance (or factors) comes back too. */
  readonly layers?: readonly string[]
  readonly factors?: readonly string[]
  /** Only relevance through these hidden channels or neurons. */
  readonly through?: readonly { readonly layer: string; readonly neuron: readonly number[] }[]
}

/** One input to explain. */
export interface ExplainRequest extends ExplainerRequest {
  readonly input: FloatTensor
  /** What messages call it. */
  readonly name: string
  readonly target: Target
  readonly companions?: Companions
}

/** What an explanation is. */
export interface ExplainResult extends Pick<Explanation, 'relevance' | 'layers' | 'factors'> {
  readonly sample: SampleExplanation
  /** How many classes the explained output has; 0 for an output that is no row of classes. */
  readonly classes: number
  /** The runtime and its provider. */
  readonly runtime: string
  /** Of the run itself. */
  readonly milliseconds: number
}

/** One input to keep books of. */
export interface AuditRequest extends Omit<ExplainRequest, 'layers' | 'factors' | 'through'> {
  readonly tolerance?: number
  readonly checks?: readonly AuditCheck[]
}

/** One input whose relevance is wanted in every layer of `layers`. */
export interface LayersRequest extends Omit<ExplainRequest, 'factors' | 'through'> {
  /** The page's name for this request: the tensors of the last one are kept under it. */
  readonly key: string
  /** The explained input has its channels last. */
  readonly channelsLast?: boolean
}

/** The explained input among layers: no layer has an empty name. */
export const theInput = ''

/** A layer's relevance, summed up. */
export interface LayerSummary {
  /** Without the sample. */
  readonly dims: readonly number[]
  readonly sum: number
  /** Channels summed. */
  readonly plane: Plane
  /** ΣR by channel, the first axis. */
  readonly channels: Float32Array
}

/** The relevance of many layers. */
export interface LayersResult {
  /** By layer, `theInput` among them. */
  readonly layers: ReadonlyMap<string, LayerSummary>
  readonly sample: SampleExplanation
}

/** One neuron. */
export interface MessagesRequest extends Omit<ExplainRequest, 'layers' | 'factors' | 'through'> {
  readonly layer: string
  readonly neuron: readonly number[]
}

/** A graph to lay out. */
export interface LayoutRequest {
  readonly nodes: readonly { readonly id: string; readonly width: number; readonly height: number }[]
  readonly edges: readonly { readonly from: string; readonly to: string }[]
  /** From left to right, or from top to bottom. */
  readonly direction: 'LR' | 'TB'
}

/** A point of a drawing. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** Where everything is: centres of nodes, points along edges. */
export interface LayoutResult {
  readonly width: number
  readonly height: number
  readonly nodes: ReadonlyMap<string, Point>
  readonly edges: readonly { readonly from: string; readonly to: string; readonly points: readonly Point[] }[]
}

/** Whose root points are wanted. */
export interface RootsRequest extends Omit<ExplainRequest, 'layers' | 'factors' | 'through' | 'target'> {
  readonly layer: string
  readonly neurons?: readonly (readonly number[])[]
}

/** The rules that a neuron of two inputs is looked at with; `free` searches through a point of the user's. */
export type NeuronRule = 'w-square' | 'z-plus' | 'z-box' | 'free'

/** ℝ², ℝ₊² or a box. */
export type NeuronDomain = 'real' | 'positive' | 'box'

/** Two numbers: of x, of w, a corner. */
export type Pair = readonly [number, number]

/** The neuron max(0, w·x + b), and where it is looked at. */
export interface NeuronRequest {
  readonly x: Pair
  readonly w: Pair
  readonly b: number
  readonly domain: NeuronDomain
  /** The box's corners; kept while another domain is chosen. */
  readonly low: Pair
  readonly high: Pair
  /** The point that the free direction goes through. */
  readonly origin: Pair
}

/** What the rules make of it. */
export interface NeuronResult {
  readonly facts: Readonly<Record<NeuronRule, NeuronFacts>>
  /** The rule that deep Taylor decomposition takes in this domain, by its name in the field, and why. */
  readonly choice: { readonly rule: string; readonly why: string }
}

/** Inputs to score. */
export interface ScoreRequest {
  readonly model: string
  readonly batch: FloatTensor
}

/** What the file is to explain. Default: the most probable class. */
export interface CompileRequest extends ExplainerRequest {
  readonly target?: TargetMode
}

/** What gives words their numbers: a vocabulary, one word a line, or a tokenizer.json with what lies beside it. */
export interface TokenSource {
  readonly kind: 'vocabulary' | 'tokenizer'
  readonly file: string
  readonly text: string
  /** `tokenizer_config.json`. */
  readonly config?: { readonly file: string; readonly text: string }
}

/** A text to cut. */
export interface TokensRequest {
  readonly name: string
  readonly text: string
  readonly source: TokenSource
  /** How many the model has; undefined where it takes any. */
  readonly places: number | undefined
}

/** An explanation to put to the test. */
export interface FlipRequest extends Omit<ExplainRequest, 'layers' | 'factors' | 'through'> {
  /** What the curve is of. */
  readonly score: 'logit' | 'probability'
  /** Removals along a curve. */
  readonly steps: number
  readonly replacement: ReplacementName
  /** Of tokens: what a removed one becomes. */
  readonly token?: number
  /** Of the input's shape with its batch axis; undefined for axis 1 of rank 4 and more. */
  readonly channelAxis?: number
  readonly seed: number
}

/** Curves of the score, and what they come to. */
export interface FlipResult {
  readonly target: SampleExplanation['target']
  /** AOPC, the most relevant first: higher is better. */
  readonly most: number
  /** AOPC, the least relevant first: lower is better. */
  readonly least: number
  /** The area between the curves: higher is better. */
  readonly between: number
  readonly curves: { readonly most: Curve; readonly least: Curve }
}

/** Curves that are still being computed: scores after each of `steps` removals, as far as they are known. */
export interface GrowingCurves {
  /** Of the input as it is. */
  readonly start: number
  readonly steps: number
  readonly most: readonly number[]
  readonly least: readonly number[]
}

/** How far something has come. */
export interface Progress {
  readonly words: string
  readonly done?: number
  readonly total?: number
  /** Of pixel flipping. */
  readonly curves?: GrowingCurves
}

/** An error as it travels. `code` is a DeepTaylorError's, or `unexpected`. */
export interface Fault {
  readonly code: string
  readonly message: string
}

/** To the worker. */
export type Ask =
  | { readonly kind: 'ask'; readonly id: number; readonly name: keyof WorkerApi; readonly request: unknown }
  | { readonly kind: 'cancel'; readonly id: number }

/** From the worker. A notice belongs to no request: the runtime had to change. */
export type Answer =
  | { readonly kind: 'done'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly fault: Fault }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'notice'; readonly words: string }
