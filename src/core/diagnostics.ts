/**
 * Every error and warning of the project: a code, and one line that says what, where, and what to do.
 *
 * Errors are data first (`code`, `details`); the message is rendered here and nowhere else, so that the library, the
 * command line and the documentation say the same thing.
 */

/** The facts of each error, by code. */
export interface ErrorDetails {
  readonly 'model-unreadable': { source: string; reason: string }
  readonly 'model-invalid': { source: string; reason: string }
  readonly 'external-data': { tensor: string; location: string; reason: string }
  readonly 'unsupported-operators': { nodes: readonly UnsupportedNode[] }
  readonly 'unsupported-opset': { domain: string; version: number; supported: string }
  readonly 'unsupported-graph': { reason: string; remedy: string }
  readonly 'no-path': { input: string; output: string }
  readonly 'input-invalid': { input: string; reason: string }
  readonly 'image-unreadable': { image: string; reason: string }
  readonly 'array-unreadable': { array: string; reason: string }
  readonly 'config-unreadable': { file: string; reason: string }
  readonly 'target-invalid': { target: string; reason: string }
  readonly 'option-invalid': { option: string; reason: string }
  readonly 'layer-unknown': { layer: string; reason: string }
  readonly 'rule-invalid': { rule: string; reason: string }
  readonly 'output-unwritable': { path: string; reason: string }
  readonly 'runtime-missing': { reason: string }
  readonly 'runtime-failed': { reason: string }
}

/** The machine-readable name of an error. */
export type ErrorCode = keyof ErrorDetails

/** A node that the compiler cannot send relevance through. */
export interface UnsupportedNode {
  readonly node: string
  readonly opType: string
  /** Why, and what the user can do; one sentence without a full stop. */
  readonly reason: string
}

const messages: { readonly [C in ErrorCode]: (details: ErrorDetails[C]) => string } = {
  'model-unreadable': ({ source, reason }) => `${source}: not a readable ONNX model: ${reason}`,
  'model-invalid': ({ source, reason }) => `${source}: not a valid ONNX model: ${reason}`,
  'external-data': ({ tensor, location, reason }) =>
    `tensor "${tensor}": its external data "${location}" was refused: ${reason}`,
  'unsupported-operators': ({ nodes }) =>
    `relevance cannot be sent through ${nodes.length === 1 ? 'this node' : `these ${nodes.length} nodes`}: ${byReason(nodes)}`,
  'unsupported-opset': ({ domain, version, supported }) =>
    `the model uses opset ${version} of ${domain === '' ? 'ai.onnx' : domain}, and ${supported} are supported: ` +
    'convert it with onnx.version_converter or export it again',
  'unsupported-graph': ({ reason, remedy }) => `${reason}: ${remedy}`,
  'no-path': ({ input, output }) =>
    `output "${output}" does not depend on input "${input}" through operators that relevance can follow: choose another output or input`,
  'input-invalid': ({ input, reason }) => `${input}: ${reason}`,
  'image-unreadable': ({ image, reason }) => `${image}: not a readable picture: ${reason}`,
  'array-unreadable': ({ array, reason }) => `${array}: not a readable .npy array: ${reason}`,
  'config-unreadable': ({ file, reason }) => `${file}: ${reason}`,
  'target-invalid': ({ target, reason }) => `target ${target}: ${reason}`,
  'option-invalid': ({ option, reason }) => `${option}: ${reason}`,
  'layer-unknown': ({ layer, reason }) => `no layer "${layer}" lies between input and output: ${reason}`,
  'rule-invalid': ({ rule, reason }) => `rule "${rule}": ${reason}`,
  'output-unwritable': ({ path, reason }) => `cannot write ${path}: ${reason}`,
  'runtime-missing': ({ reason }) => `no ONNX Runtime found: ${reason}`,
  'runtime-failed': ({ reason }) => `ONNX Runtime refused the model: ${reason}`,
}

/** So many nodes are named for one reason; `details` holds them all. */
const mostNamed = 8

/** Nodes that are refused for one reason, together. */
function byReason(nodes: readonly UnsupportedNode[]): string {
  const reasons = [...new Set(nodes.map(node => node.reason))]
  return reasons
    .map(reason => {
      const named = nodes.filter(node => node.reason === reason).map(node => `${node.opType} "${node.node}"`)
      const more = named.length > mostNamed ? ` and ${named.length - mostNamed} more` : ''
      return `${named.slice(0, mostNamed).join(', ')}${more} (${reason})`
    })
    .join('; ')
}

/**
 * What every function of the library throws when the model, an input or an option is at fault.
 *
 * `code` says which kind of fault, `details` carries its facts, `message` is one line for people.
 */
export class DeepTaylorError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C
  readonly details: ErrorDetails[C]

  constructor(code: C, details: ErrorDetails[C], cause?: unknown) {
    super(oneLine(messages[code](details)), cause === undefined ? undefined : { cause })
    this.name = 'DeepTaylorError'
    this.code = code
    this.details = details
  }
}

/** The message of anything that was thrown, without line breaks. */
export function reasonOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error))
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ').trim()
}

/** Something that does not stop a run but that its reader must know. */
export interface Warning {
  /** Machine-readable kind, for example `negative-logit`. */
  readonly code: string
  /** One sentence for people. */
  readonly message: string
}
