/** `deeptaylor compile`: a model in, the model that explains itself out. */

import { stat } from 'node:fs/promises'
import { Command, type CommandUnknownOpts, InvalidArgumentError } from '@commander-js/extra-typings'
import { printDims } from '../core/0-graph/print.ts'
import { encodeModel } from '../core/1-codec/encode.ts'
import type { TargetMode } from '../core/5-explain/target.ts'
import { compileModel } from '../core/compile.ts'
import { readTarget } from '../explainer/target.ts'
import { nodeRuntime } from '../runtime/node.ts'
import { oracleOf } from '../runtime/oracle.ts'
import { announce, openContext } from './context.ts'
import { writeWhole } from './files.ts'
import { layerRulesFrom, methodFrom, options, positive } from './options.ts'

/** The verb. */
export function compileCommand(): CommandUnknownOpts {
  return new Command('compile')
    .description('write one ONNX model that returns the prediction and the relevance')
    .argument('<model>', 'an ONNX model')
    .requiredOption('-o, --out <file>', 'the explained model')
    .option('--target <class>', 'top (arg-max inside the graph), input (a further input), an index or a label', 'top')
    .addOption(options.method())
    .addOption(options.preprocess())
    .option('--labels <file>', "class labels, for --target (default: the model's config.json)")
    .addOption(options.box())
    .addOption(options.bias())
    .addOption(options.pooling())
    .addOption(options.stabilizer())
    .addOption(options.epsilon())
    .addOption(options.gamma())
    .addOption(options.alpha())
    .addOption(options.beta())
    .addOption(options.rule())
    .addOption(options.rules())
    .option('--top <n>', 'also return the n most probable classes and their scores', positive)
    .addOption(options.shape())
    .addOption(options.input())
    .addOption(options.output())
    .addOption(options.runtime())
    .action(async (modelPath, opts) => {
      if (opts.out.trim() === '') throw new InvalidArgumentError('--out needs a file name.')
      const context = await openContext(modelPath, opts)
      const box = context.pictureBox
      if (!opts.box) announce(context.assumptions)
      const runtime = await nodeRuntime(opts.runtime, message => announce([message]))
      const target = targetMode(opts.target, context.labels)
      const { input, output, shape, top } = opts
      const compiled = await compileModel(context.loaded.model, oracleOf(runtime), {
        method: methodFrom(opts.method, opts),
        rules: await layerRulesFrom(opts),
        target,
        ...(box && { box }),
        ...(input !== undefined && { input }),
        ...(output !== undefined && { output }),
        ...(shape && { shape }),
        ...(top !== undefined && { top }),
      })
      const bytes = encodeModel(compiled.model)
      await writeWhole(opts.out, bytes)
      const { graph } = compiled.model
      const before = await stat(modelPath)
      const growth = bytes.length - before.size
      const values = (infos: typeof graph.inputs) =>
        infos
          .map(({ name, type }) => `${name} ${type ? `${type.dtype} ${printDims(type.dims)}` : ''}`)
          .join('\n           ')
      process.stdout.write(
        `${opts.out}\n  inputs   ${values(graph.inputs)}\n  outputs  ${values(graph.outputs)}\n` +
          `  size     ${bytes.length} bytes, ${growth >= 0 ? '+' : ''}${growth} (${((growth / before.size) * 100).toFixed(2)} %)\n`,
      )
    })
}

/** A label is looked up here, because the compiler knows indices only. */
function targetMode(target: string, labels: readonly string[] | undefined): TargetMode {
  if (target === 'top' || target === 'input') return target
  const classes = /^\d+$/.test(target) ? Number.POSITIVE_INFINITY : (labels?.length ?? 0)
  return readTarget(target, { count: 1, classes, labels })[0] as number
}
