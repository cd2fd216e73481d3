/** `npm run bench`: measures, prints tables on stdout, progress on stderr. */

import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { version } from '../../src/core/version.ts'
import { type BenchOptions, help, readOptions } from './options.ts'
import { measureRatios, ratioTables } from './ratios.ts'
import { renderTable, type Table } from './tables.ts'

const options = readOptions(process.argv.slice(2))
if (options === 'help') {
  process.stdout.write(help)
} else if (options instanceof Error) {
  process.stderr.write(`${options.message}\n`)
  process.exitCode = 2
} else {
  const { figures, tables } = await measure(options, what => process.stderr.write(`${what} …\n`))
  const text = [machine(options), ...tables.map(table => renderTable(table, options.markdown))]
  process.stdout.write(`${text.join('\n\n')}\n`)
  if (options.json !== undefined)
    writeFileSync(options.json, JSON.stringify({ machine: machine(options), figures }, null, 1))
}

interface Result {
  readonly figures: unknown
  readonly tables: readonly Table[]
}

async function measure(options: BenchOptions, announce: (what: string) => void): Promise<Result> {
  switch (options.mode) {
    default: {
      const rows = await measureRatios(options, announce)
      return { figures: rows, tables: ratioTables(rows) }
    }
  }
}

function machine({ runs, pause }: BenchOptions): string {
  const protocol = pause > 0 ? `a pause of ${pause} ms before each` : 'back to back'
  const date = new Date().toISOString().slice(0, 10)
  return `${date}, deeptaylor ${version}, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model}; ${runs} runs of each model in turn, ${protocol}`
}
