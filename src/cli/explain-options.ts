/** What `deeptaylor explain` can be told. */

import { Command, Option } from '@commander-js/extra-typings'
import { addDrawing, type DrawOptions } from './draw-options.ts'
import { feedOption } from './feeds.ts'
import {
  addHidden,
  addSampling,
  addSharing,
  type HiddenOptions,
  inputsInWords,
  options,
  positive,
  type SharingOptions,
  several,
} from './options.ts'

/** The options, read. */
export type ExplainOptions = ReturnType<ReturnType<typeof command>['opts']> &
  SharingOptions &
  HiddenOptions &
  DrawOptions

/** The verb without its action. */
export function explainVerb(): ReturnType<typeof command> {
  const verb = command()
  addSharing(verb)
  addSampling(verb)
  addHidden(verb)
  addDrawing(verb)
  return verb
}

function command() {
  return new Command('explain')
    .description('draw what a prediction rests on: heatmaps, relevance arrays and a report')
    .argument('<model>', 'an ONNX model')
    .argument('<inputs...>', inputsInWords)
    .addOption(
      new Option(
        '--target <class>',
        'an index, a label, top, top3 for the three most probable, not:CLASS, or a hidden LAYER:CHANNEL; may be repeated (default: top)',
      ).argParser(several),
    )
    .addOption(options.versus())
    .addOption(options.methods())
    .addOption(options.preprocess())
    .addOption(options.labels())
    .addOption(options.vocab())
    .addOption(options.tokenizer())
    .addOption(options.box())
    .option('--out <folder>', 'where the files go', 'explanations')
    .option('--json', 'print the report to stdout, and nothing else')
    .addOption(options.input())
    .addOption(options.output())
    .addOption(feedOption())
    .option(
      '--batch <n>',
      'inputs that go through the model at once (default: 8 of small ones, 1 of large ones)',
      positive,
    )
    .option('--jobs <n>', 'processes that share the inputs, each with the model in memory', positive, 1)
    .addOption(new Option('--as-job').hideHelp())
    .addOption(options.threads())
    .addOption(options.runtime())
    .addOption(options.cache())
    .addOption(options.noCache())
}
