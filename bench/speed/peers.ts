/** x */
import type { BenchOptions } from './options.ts'
import type { Table } from './tables.ts'
export async function measurePeers(_o: BenchOptions, _a: (what: string) => void): Promise<readonly number[]> {
  return []
}
export function peerTables(_f: readonly number[]): readonly Table[] {
  return []
}
