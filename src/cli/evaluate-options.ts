/** What `deeptaylor evaluate` can be told. */

import { Command, Option } from '@commander-js/extra-typings'
import { replacementNames } from '../evaluate/faithfulness/faithfulness.ts'
import { feedOption } from './feeds.ts'
import { addSharing, nonNegative, options, positive, type SharingOptions, wholeNumber } from './options.ts'

/** The options, read. */
export type EvaluateOptions = ReturnType<ReturnType<typeof command>['opts']> & SharingOptions

/** The verb without its action. */
export function evaluateVerb(): ReturnType<typeof command> {
  const verb = command()
  addSharing(verb)
  for (const make of [options.noise, options.camLayer]) verb.addOption(make())
  for (const option of verb.options) {
    if (ofMeasures.includes(option.attributeName())) option.helpGroup('Measures:')
  }
  return verb
}

/** Some are called as parameters of methods are in other verbs. */
const ofMeasures: readonly string[] = [
  'measures',
  'score',
  'seed',
  'steps',
  'patch',
  'replace',
  'replaceToken',
  'samples',
  'radius',
  'controls',
]

function command() {
  return new Command('evaluate')
    .description('measure how good explanations are: faithfulness, robustness, localisation and more, per method')
    .argument('<model>', 'an ONNX model')
    .argument(
      '<data...>',
      'a folder of pictures, labelled by sub-folders if it has any; or globs, .npy or .npz arrays, .csv tables, .txt texts',
    )
    .addOption(options.methods())
    .option('--measures <names>', 'measures or groups of them, like pixel-flipping,localisation', 'all')
    .addOption(new Option('--target <class>', 'label, top, or one class for all inputs (default: the label, else top)'))
    .addOption(
      new Option(
        '--score <what>',
        'what measures go by (default: probability, or logit of one output that is none)',
      ).choices(['logit', 'probability'] as const),
    )
    .option('--labels-csv <file>', 'a table of the columns file and label: what the data show')
    .option('--label-column <name>', 'of .csv tables, the column that holds the label')
    .option('--masks <folder>', 'ground truth: PNG pictures of the names of the data, white where the class is')
    .option('--boxes <file>', 'ground truth: a table of the columns file, x, y, width, height, in pixels')
    .option('--controls', 'measure the ground truth, a constant and noise as heatmaps too')
    .option('--limit <n>', 'evaluate only the first n inputs', positive)
    .addOption(options.preprocess())
    .option('--labels <file>', "class labels (default: the model's config.json)")
    .addOption(options.vocab())
    .addOption(options.tokenizer())
    .addOption(options.box())
    .option('--out <folder>', 'where the report goes', 'evaluation')
    .option('--resume', 'go on with a run of the same options that was stopped')
    .option('--json', 'print the report to stdout, and nothing else')
    .option('--seed <n>', 'of everything that is drawn at random', wholeNumber, 0)
    .option('--audited <n>', 'audit conservation on the first n inputs; 0 for no audit', wholeNumber, 8)
    .option('--shown <n>', 'draw the first n inputs for the report', wholeNumber, 8)
    .addOption(options.input())
    .addOption(options.output())
    .addOption(feedOption())
    .addOption(options.threads())
    .addOption(options.runtime())
    .addOption(options.cache())
    .addOption(options.noCache())
    .option('--steps <n>', 'steps of curves', positive)
    .option('--patch <n>', 'places a side that are replaced together', positive)
    .addOption(new Option('--replace <how>', 'what replaced places hold (default: mean)').choices(replacementNames))
    .option('--replace-token <n>', 'of tokens: the number that stands for none, often that of padding', wholeNumber)
    .option('--samples <n>', 'random copies or subsets', positive)
    .option('--radius <share>', "how far copies are from the input, as a share of its values' range", nonNegative)
    .option('--method-steps <n>', 'points of integrated-gradients (default: 50)', positive)
    .option('--method-samples <n>', 'noisy copies of smooth-grad (default: 25)', positive)
    .option('--method-patch <n>', 'elements a side that occlusion hides (default: a fourteenth of the side)', positive)
}
