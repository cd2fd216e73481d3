/** The files of an evaluation: the report as data, tables, one page and pictures. */

import { join } from 'node:path'
import { curvesCsv, summaryCsv, valuesCsv } from '../evaluate/report/csv.ts'
import { headlessDocument } from '../evaluate/report/document.ts'
import { reportJson } from '../evaluate/report/json.ts'
import { reportHtml } from '../evaluate/report/page.ts'
import { reportSvgs } from '../evaluate/report/svgs.ts'
import type { EvaluationReport } from '../evaluate/report.ts'
import { makeFolder, writeWhole } from './files.ts'

/**
 * Writes `report.json`, `report.html`, `values.csv`, `summary.csv`, `curves.csv` and `plots/*.svg` into a folder, which is made where
 * it is missing. Each file is there whole or not at all, the page last: where it is, the others are.
 *
 * @returns the files' names, in the folder
 * @throws DeepTaylorError `output-unwritable`
 */
export async function writeEvaluation(folder: string, report: EvaluationReport): Promise<readonly string[]> {
  const document = headlessDocument()
  const plots = [...reportSvgs(report, document)].map(
    ([name, markup]) => [join('plots', `${name}.svg`), markup] as const,
  )
  const files = [
    ['report.json', reportJson(report)],
    ['values.csv', valuesCsv(report)],
    ['summary.csv', summaryCsv(report)],
    ['curves.csv', curvesCsv(report)],
    ...plots,
    ['report.html', reportHtml(report, document)],
  ] as const
  await makeFolder(plots.length > 0 ? join(folder, 'plots') : folder)
  for (const [name, content] of files) await writeWhole(join(folder, name), content)
  return files.map(([name]) => name)
}
