#!/usr/bin/env node
/** The command line: which verbs there are, and how a run ends. */

import { Command, CommanderError } from '@commander-js/extra-typings'
import { DeepTaylorError, reasonOf } from '../core/diagnostics.ts'
import { version } from '../core/version.ts'
import { auditCommand } from './audit.ts'
import { compareCommand } from './compare.ts'
import { compileCommand } from './compile.ts'
import { evaluateCommand } from './evaluate.ts'
import { explainCommand } from './explain.ts'
import { inspectCommand } from './inspect.ts'
import { interrupted } from './interrupt.ts'
import { labCommand } from './lab.ts'
import { grouped } from './options.ts'

/** 0 success, 1 the model or an input is at fault, 2 wrong usage. */
const exit = { success: 0, fault: 1, usage: 2, interrupted: 130 } as const

const program = new Command('deeptaylor')
  .description('Explains what a neural network decided: deep Taylor decomposition, compiled into the ONNX graph.')
  .version(version)
  .showHelpAfterError('(see --help)')
  .configureHelp({ sortSubcommands: false })

const verbs = [
  explainCommand(),
  compareCommand(),
  compileCommand(),
  inspectCommand(),
  auditCommand(),
  evaluateCommand(),
  labCommand(),
]
for (const command of verbs) {
  program.addCommand(grouped(command).copyInheritedSettings(program).exitOverride())
}
program.exitOverride()

// A reader that has seen enough (`| head`) is no fault: the files are still to be written.
process.stdout.on('error', error => {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') process.exit(exit.fault)
})

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exit.success : exit.usage
  } else if (interrupted.aborted) {
    process.exitCode = exit.interrupted
  } else {
    const message = error instanceof DeepTaylorError ? error.message : `unexpected: ${reasonOf(error)}`
    process.stderr.write(`deeptaylor: ${message}\n`)
    if (process.env.DEEPTAYLOR_DEBUG) process.stderr.write(`${(error as Error).stack}\n`)
    process.exitCode = exit.fault
  }
}
