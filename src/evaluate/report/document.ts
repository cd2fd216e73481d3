/** A document where there is no browser: what plots are drawn with by the command line. */

import { parseHTML } from 'linkedom'
import type { PlotDocument } from './plot.ts'

/** A new, empty document. */
export function headlessDocument(): PlotDocument {
  return parseHTML('<!doctype html><html></html>').document
}
