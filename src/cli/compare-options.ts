/** What `deeptaylor compare` can be told. */

import { Command, Option } from '@commander-js/extra-typings'
import { scaleSharings } from '../render/comparison.ts'
import { addDrawing, type DrawOptions } from './draw-options.ts'
import { feedOption } from './feeds.ts'
import { addSampling, addSharing, inputsInWords, options, type SharingOptions, several } from './options.ts'

/** The options, read. */
export type CompareOptions = ReturnType<ReturnType<typeof command>['opts']> & SharingOptions & DrawOptions

/** The verb without its action. */
export function compareVerb(): ReturnType<typeof command> {
  const verb = command()
  addSharing(verb)
  addSampling(verb)
  addDrawing(verb, ['scale', 'colormap', 'channels', 'exponent', 'extent', 'opacity', 'contours', 'smooth'])
  return verb
}

function command() {
  return new Command('compare')
    .description('draw several methods side by side: one grid as PNG, and as a page of HTML')
    .argument('<model>', 'an ONNX model')
    .argument('<inputs...>', inputsInWords)
    .addOption(
      new Option(
        '--target <class>',
        'an index, a label, top, top3 for the three most probable, or not:CLASS; may be repeated (default: top)',
      ).argParser(several),
    )
    .addOption(options.versus())
    .addOption(options.methods())
    .addOption(options.preprocess())
    .addOption(options.labels())
    .addOption(options.vocab())
    .addOption(options.tokenizer())
    .addOption(options.box())
    .option('--out <folder>', 'where comparison.png and comparison.html go', 'comparison')
    .addOption(
      new Option(
        '--shared-scale <what>',
        "one scale per map (own), for all methods of a row (row), or for all; methods' units differ, so maps of gradients and of relevance are best left their own",
      )
        .choices(scaleSharings)
        .default('own' as const),
    )
    .addOption(options.input())
    .addOption(options.output())
    .addOption(feedOption())
    .addOption(options.threads())
    .addOption(options.runtime())
    .addOption(options.cache())
    .addOption(options.noCache())
}
