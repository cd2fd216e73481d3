/** What lies beside the data and speaks of its files by name: tables of labels and of boxes. */

import { readFile } from 'node:fs/promises'
import { DeepTaylorError } from '../core/diagnostics.ts'
import { plainReason } from '../explainer/load-model.ts'
import { parseColumns } from '../inputs/table.ts'
import { type DataFile, nameOf } from './data-set.ts'

/**
 * Rows of a table with a column `file`, by the files that they speak of: by path in the data's folder, or by name alone.
 *
 * @throws DeepTaylorError `input-invalid` where the table cannot be read, or speaks of none of the files
 */
export async function readSideTable<C extends string>(
  path: string,
  columns: readonly C[],
  files: readonly Pick<DataFile, 'id'>[],
): Promise<(id: string) => readonly Readonly<Record<C, string>>[]> {
  const text = await readFile(path, 'utf8').catch(error => {
    throw new DeepTaylorError('input-invalid', { input: path, reason: plainReason(error) }, error)
  })
  const rows = new Map<string, Readonly<Record<C, string>>[]>()
  for (const row of parseColumns(text, path, ['file' as const, ...columns])) {
    const before = rows.get(row.file)
    if (before) before.push(row)
    else rows.set(row.file, [row])
  }
  const find = (id: string) => rows.get(id) ?? rows.get(nameOf({ id })) ?? []
  if (files.some(({ id }) => find(id).length > 0)) return find
  const [first] = rows.keys()
  const reason = `it speaks of none of the data: of ${first ?? 'nothing'}, where ${files[0]?.id} was expected`
  throw new DeepTaylorError('input-invalid', { input: path, reason })
}
