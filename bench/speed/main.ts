/** `npm run bench`: measures, prints tables on stdout, progress on stderr. */

import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { version } from '../../src/core/version.ts'
import { type BenchOptions, help, readOptions } from './options.ts'
import { measurePeers, peerTables } from './peers.ts'
import { measureProfiles, profileTables } from './profiles.ts'
import { measureRatios, ratioTables } from './ratios.ts'
import { measureSlopes, slopeTables } from './slopes.ts'
import { renderTable, type Table } from './tables.ts'
import { measureTargets, targetsTable } from './targets.ts'

const options = readOptions(process.argv.slice(2))
if (options === 'help') {
  process.stdout.write(help)
} else if (options instanceof Error) {
  process.stderr.write(`${options.message}\n`)
  process.exitCode = 2
} else {
  try {
    await report(options)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  }
}

async function report(options: BenchOptions): Promise<void> {
  const { figures, tables } = await measure(options, what => process.stderr.write(`${what} …\n`))
  const heading = machine(options)
  const texts = [heading, ...tables.map(table => renderTable(table, options.markdown))]
  process.stdout.write(`${texts.join('\n\n')}\n`)
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify({ heading, figures }, null, 1))
}

interface Result {
  readonly figures: unknown
  readonly tables: readonly Table[]
}

async function measure(options: BenchOptions, announce: (what: string) => void): Promise<Result> {
  switch (options.mode) {
    case 'ratios': {
      const figures = await measureRatios(options, announce)
      return { figures, tables: ratioTables(figures) }
    }
    case 'profile': {
      const figures = await measureProfiles(options, announce)
      return { figures, tables: profileTables(figures) }
    }
    case 'targets': {
      const figures = await measureTargets(options, announce)
      return { figures, tables: [targetsTable(figures)] }
    }
    case 'slopes': {
      const figures = await measureSlopes(options, announce)
      return { figures, tables: slopeTables(figures) }
    }
    case 'peers': {
      const figures = await measurePeers(options, announce)
      return { figures, tables: peerTables(figures) }
    }
  }
}

function machine({ runs, pause, alone }: BenchOptions): string {
  const turns = pause > 0 ? `in turn, a pause of ${pause} ms before each` : 'in turn, back to back'
  const protocol = alone ? 'in a process of its own' : turns
  const date = new Date().toISOString().slice(0, 10)
  return `${date}, deeptaylor ${version}, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model}; ${runs} runs of each model ${protocol}`
}
