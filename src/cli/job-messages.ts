/** What the process of the command line and those that work for it say to each other. */

import { DeepTaylorError, type ErrorCode, type ErrorDetails } from '../core/diagnostics.ts'
import type { About, Expected } from './crew.ts'
import type { FileResult, NamedFile } from './explain-files.ts'

/** To a job: what will come, then files, then that no more will come. */
export type ToJob =
  | { readonly kind: 'begin'; readonly expected: Expected }
  | { readonly kind: 'files'; readonly files: readonly NamedFile[] }
  | { readonly kind: 'end' }

/** From a job: that it is ready, then one result per file, in the order in which they came; or what keeps it from working. */
export type FromJob =
  | { readonly kind: 'ready'; readonly about: About }
  | { readonly kind: 'result'; readonly result: FileResult }
  | { readonly kind: 'failed'; readonly fault: Fault }
  | { readonly kind: 'broken'; readonly fault: Fault }

/** An error on its way between processes. */
export type Fault =
  | { readonly code: ErrorCode; readonly details: ErrorDetails[ErrorCode] }
  | { readonly message: string; readonly stack: string | undefined }

/** An error as it travels. */
export function faultFrom(error: unknown): Fault {
  if (error instanceof DeepTaylorError) return { code: error.code, details: error.details }
  return error instanceof Error ? { message: error.message, stack: error.stack } : { message: String(error), stack: '' }
}

/** The error that travelled. */
export function errorFrom(fault: Fault): Error {
  if ('code' in fault) return new DeepTaylorError(fault.code, fault.details)
  return Object.assign(new Error(fault.message), { stack: fault.stack })
}
