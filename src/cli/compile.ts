/** `deeptaylor compile`: a model in, the model that explains itself out. */

import { stat } from 'node:fs/promises'
import { Command, type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { printDims } from '../core/0-graph/print.ts'
import { encodeModel } from '../core/1-codec/encode.ts'
import type { TargetMode } from '../core/5-explain/target.ts'
import { ownClasses } from '../core/analysis.ts'
import { compileModel } from '../core/compile.ts'
import { fixedModeOf, readTarget } from '../explainer/target.ts'
import { nodeRuntime } from '../runtime/node.ts'
import { oracleOf } from '../runtime/oracle.ts'
import { announce, type ModelContext, openContext } from './context.ts'
import { writeWhole } from './files.ts'
import {
  addHidden,
  addSampling,
  addSharing,
  type HiddenOptions,
  hiddenFrom,
  layerRulesFrom,
  methodFrom,
  options,
  pathFrom,
  positive,
  type SharingOptions,
  several,
  targetsFrom,
} from './options.ts'

/** The verb. */
export function compileCommand(): CommandUnknownOpts {
  const verb = command()
  addSharing(verb)
  addSampling(verb)
  addHidden(verb)
  return verb.action((model, opts) => run(model, opts as Options))
}

function command() {
  return new Command('compile')
    .description('write one ONNX model that returns the prediction and the relevance')
    .argument('<model>', 'an ONNX model')
    .requiredOption('-o, --out <file>', 'the explained model')
    .addOption(
      new Option(
        '--target <class>',
        'top (arg-max inside the graph), top3, input (a further input), functional (an input with a number per class), an index, a label, not:CLASS, or a hidden LAYER:CHANNEL; may be repeated (default: top)',
      ).argParser(several),
    )
    .addOption(options.versus())
    .addOption(options.method())
    .addOption(options.preprocess())
    .option('--labels <file>', "class labels, for --target (default: the model's config.json)")
    .addOption(options.box())
    .option('--top <n>', 'also return the n most probable classes and their scores', positive)
    .addOption(options.shape())
    .addOption(options.input())
    .addOption(options.output())
    .addOption(options.runtime())
}

type Options = ReturnType<ReturnType<typeof command>['opts']> & SharingOptions & HiddenOptions

async function run(modelPath: string, opts: Options): Promise<void> {
  if (opts.out.trim() === '') throw new InvalidArgumentError('--out needs a file name.')
  const context = await openContext(modelPath, opts)
  const box = context.pictureBox
  if (!opts.box) announce(context.assumptions)
  const runtime = await nodeRuntime(opts.runtime, message => announce([message]))
  const target = targetModes(opts, context, opts.output)
  const { top } = opts
  const compiled = await compileModel(context.loaded.model, oracleOf(runtime), {
    method: methodFrom(opts.method, opts),
    rules: await layerRulesFrom(opts),
    target,
    ...hiddenFrom(opts),
    ...pathFrom(opts),
    ...(box && { box }),
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
}

/** Labels are looked up here, because the compiler knows indices only. */
function targetModes(
  { target = ['top'], versus }: { readonly target?: readonly string[]; readonly versus?: string },
  context: ModelContext,
  output: string | undefined,
): readonly TargetMode[] {
  const { model } = context.loaded
  const { outputs } = model.graph
  const own = ownClasses(model, output === undefined ? {} : { output })
  const labels = context.labels ?? own.labels
  const explained = outputs.find(({ name }) => name === output) ?? outputs[0]
  // Only a stated 1 matters, for labels of a negative class; the compiler checks the rest.
  const classes = own.isOfTwo || explained?.type?.dims?.[1] === 1 ? 1 : Number.POSITIVE_INFINITY
  return targetsFrom(target, versus).map(({ asked, target: wanted }) =>
    asked === 'functional'
      ? { functional: 'input' }
      : fixedModeOf(readTarget(wanted, { classes, labels }), { classes, labels }),
  )
}
