/** `deeptaylor audit`: where relevance went, layer by layer, and whether the assumptions held; a gate for CI. */

import { Command, type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import Table from 'cli-table3'
import colors from 'picocolors'
import type { InputBox } from '../core/4-analyze/input-domain.ts'
import { type HiddenNeuron, parseHidden } from '../core/5-explain/hidden.ts'
import { DeepTaylorError } from '../core/diagnostics.ts'
import { type AuditCheck, type AuditLayer, type AuditReport, audit, auditChecks } from '../explainer/audit.ts'
import type { FurtherInputs } from '../explainer/further-inputs.ts'
import { type RootPoint, rootPoints } from '../explainer/roots.ts'
import { collectInputs } from '../inputs/collect.ts'
import { nodeRuntime } from '../runtime/node.ts'
import type { Runtime } from '../runtime/session.ts'
import { announce, type ModelContext, openContext } from './context.ts'
import { feedOption, readFeeds } from './feeds.ts'
import { companionsOf, kindOf, kindsOf, readInput } from './inputs.ts'
import { interrupted } from './interrupt.ts'
import {
  addSharing,
  inputsInWords,
  layerRulesFrom,
  methodFrom,
  nonNegative,
  options,
  pathFrom,
  type SharingOptions,
  targetsFrom,
} from './options.ts'
import { Progress } from './progress.ts'

/** The verb. */
export function auditCommand(): CommandUnknownOpts {
  const verb = command()
  addSharing(verb)
  return verb.action((model, inputs, opts) => run(model, inputs, opts as Options))
}

function command() {
  return new Command('audit')
    .description('say layer by layer where relevance went, and whether the assumptions held; exit 1 when a check fails')
    .argument('<model>', 'an ONNX model')
    .argument('<inputs...>', inputsInWords)
    .option('--target <class>', 'an index, a label, top, top2, not:CLASS, or a hidden LAYER:CHANNEL', 'top')
    .addOption(options.versus())
    .addOption(options.method())
    .addOption(options.preprocess())
    .option('--labels <file>', "class labels, for --target (default: the model's config.json)")
    .addOption(options.vocab())
    .addOption(options.tokenizer())
    .addOption(options.box())
    .addOption(
      new Option('--tolerance <share>', 'what may be lost, negative, or without a root in the domain')
        .argParser(nonNegative)
        .default(1e-3),
    )
    .addOption(
      new Option('--check <names>', `which checks count, like conservation,roots; there are ${auditChecks.join(', ')}`)
        .argParser(parseChecks)
        .default(auditChecks as readonly AuditCheck[], 'all'),
    )
    .addOption(
      new Option(
        '--root <layer:place>',
        'also the root point of a neuron of the first sample, like conv1:3,10,12; may be repeated',
      ).argParser(rootNeuron),
    )
    .option('--json', 'print the findings as JSON')
    .addOption(options.input())
    .addOption(options.output())
    .addOption(feedOption())
    .addOption(options.runtime())
}

type Options = ReturnType<ReturnType<typeof command>['opts']> & SharingOptions

async function run(modelPath: string, paths: string[], opts: Options): Promise<void> {
  const files = await collectInputs(paths)
  const context = await openContext(modelPath, opts, kindsOf(files))
  announce(context.assumptions)
  const kinds = new Set(files.map(kindOf))
  if (kinds.size > 1 && !opts.box) {
    const reason = 'pictures and arrays have different domains: audit them in two runs, or state --box'
    throw new DeepTaylorError('option-invalid', { option: 'inputs', reason })
  }
  const runtime = await nodeRuntime(opts.runtime, message => announce([message]))
  const box = kinds.has('picture') ? context.pictureBox : context.arrayBox
  const { tolerance, check } = opts
  const further = await readFeeds(opts.feed, context.loaded.model)
  const progress = new Progress(files.length, opts.json === true)
  const inputs = async function* () {
    for (const name of files) {
      const input = await readInput(name, context)
      announce(input.warnings ?? [])
      yield { tensor: input.tensor, name, ...further, ...companionsOf(input) }
    }
  }
  const report = await audit(context.loaded, inputs(), {
    method: methodFrom(opts.method, opts),
    rules: await layerRulesFrom(opts),
    target: (targetsFrom([opts.target], opts.versus)[0] as { target: string }).target,
    tolerance,
    checks: check,
    runtime,
    signal: interrupted,
    onProgress: done => progress.show(done, files[done] ?? ''),
    ...(context.labels && { labels: context.labels }),
    ...(box && { box }),
    ...pathFrom(opts),
  })
  const roots = await rootsOf(files[0] as string, context, { ...opts, box, runtime, further })
  progress.clear()
  announce([...new Set(report.warnings.map(({ message }) => message))])
  process.stdout.write(
    opts.json ? `${JSON.stringify({ ...report, roots }, null, 2)}\n` : reportText(report) + rootsText(roots),
  )
  if (!report.passes) process.exitCode = 1
}

/** The root point of a neuron, without its arrays. */
interface Root extends Pick<RootPoint, 'neuron' | 'preactivation' | 't' | 'checks'> {
  readonly layer: string
  readonly rule: string
}

async function rootsOf(
  first: string,
  context: ModelContext,
  opts: Omit<Options, 'box' | 'runtime'> & {
    readonly box: InputBox | undefined
    readonly runtime: Runtime
    readonly further: FurtherInputs
  },
): Promise<readonly Root[]> {
  const { root = [], box, runtime, further } = opts
  if (root.length === 0) return []
  const input = await readInput(first, context)
  const { tensor } = input
  const [step = 1, ...sample] = tensor.dims
  const size = tensor.data.length / step
  const isBatch = tensor.dims.length > sample.length
  const one = isBatch ? { dims: [1, ...sample], data: tensor.data.subarray(0, size) } : tensor
  const found: Root[] = []
  for (const { layer, neuron: place } of root) {
    const neuron = place as readonly number[]
    const { rule, neurons } = await rootPoints(context.loaded, one, {
      layer,
      neurons: [neuron],
      ...further,
      ...companionsOf(input),
      runtime,
      method: methodFrom(opts.method, opts),
      rules: await layerRulesFrom(opts),
      ...(box && { box }),
      ...pathFrom(opts),
    })
    const { preactivation, t, checks } = neurons[0] as RootPoint
    found.push({ layer, rule, neuron, preactivation, t, checks })
  }
  return found
}

function rootsText(roots: readonly Root[]): string {
  return roots.map(root => `${rootText(root)}\n`).join('')
}

function rootText({ layer, rule, neuron, preactivation, t, checks }: Root): string {
  const place = `root of ${layer}:${neuron.join(',')} by ${rule}`
  if (preactivation <= 0) return `${place}: the neuron is off (${number(preactivation)}) and needs none`
  if (!Number.isFinite(t)) return `${place}: there is none, no input contributes to the neuron`
  const { hinge, isOnHinge, isInDomain, outside, isOnSegment, isInRegion, switched, switches } = checks
  const said = [
    `t = ${number(t)}`,
    isOnHinge ? 'on the hinge' : `off the hinge by ${hinge.toExponential(0)}`,
    isInDomain ? 'in the domain' : `${outside} elements outside the domain`,
    isOnSegment ? 'on the segment' : 'not on the segment',
    isInRegion ? 'in the linear region of x' : `in another linear region: ${switched} of ${switches} gates switch`,
  ]
  return `${place}: ${said.join(', ')}`
}

function rootNeuron(text: string, before: readonly HiddenNeuron[] | undefined): readonly HiddenNeuron[] {
  const neuron = parseHidden(text)
  if (neuron?.neuron.every(one => typeof one === 'number')) return [...(before ?? []), neuron]
  throw new InvalidArgumentError('LAYER:CHANNEL,ROW,COLUMN was expected.')
}

function parseChecks(text: string): readonly AuditCheck[] {
  const names = text.split(',').map(name => name.trim())
  const unknown = names.find(name => !auditChecks.includes(name as AuditCheck))
  if (unknown === undefined) return names as AuditCheck[]
  throw new InvalidArgumentError(`there is no check "${unknown}". Allowed choices are ${auditChecks.join(', ')}.`)
}

/** Below this share of the logit a difference is rounding. */
const rounding = 1e-5

function reportText({
  source,
  method,
  samples,
  logit,
  relevance,
  elsewhere,
  layers,
  verdicts,
  tolerance,
}: AuditReport): string {
  const table = new Table({
    head: ['layer', 'rule', 'ΣR out', 'ΣR in', 'lost', 'to', 'negative', 'via b > 0', 'root outside'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left', 'right', 'right', 'right'],
    style: {
      head: colors.isColorSupported ? ['bold'] : [],
      border: colors.isColorSupported ? ['dim'] : [],
      compact: true,
    },
  })
  for (const layer of layers.filter(isTelling)) table.push(row(layer, Math.abs(logit)))
  const silent = layers.length - layers.filter(isTelling).length
  return [
    `${colors.bold(source)}  ${method}, ${samples === 1 ? 'one sample' : `${samples} samples`}`,
    table.toString(),
    ...(silent > 0
      ? [colors.dim(`${silent} further layers only pass relevance on or move it; nothing was lost there.`)]
      : []),
    `explained ${number(logit)}, relevance ${number(relevance)}${elsewhere === 0 ? '' : `, of other inputs ${number(elsewhere)}`}`,
    ...verdicts.map(({ passes, check, words }) => `${passes ? colors.green('✓') : colors.red('✗')} ${check}: ${words}`),
    colors.dim(`tolerance ${number(tolerance * 100)} %`),
    '',
  ].join('\n')
}

/** Layers that share relevance by a rule, and all that lose some. */
function isTelling({ rule, received, sent }: AuditLayer): boolean {
  return !['pass', 'adjoint'].includes(rule) || Math.abs(received - sent) > rounding * Math.abs(received)
}

function row({ layer, rule, received, sent, lost, negative, ...shares }: AuditLayer, whole: number): string[] {
  const causes = Object.entries(lost).filter(([, value]) => Math.abs(value) > rounding * whole)
  const words = {
    bias: 'biases',
    unsupported: 'no helping input',
    stabilizer: 'stabilizer',
    constants: 'constants',
    definition: 'definition',
  }
  const difference = received - sent
  return [
    layer,
    rule,
    number(received),
    number(sent),
    causes.length === 0 ? '' : percent(difference / whole),
    causes.map(([cause]) => words[cause as keyof typeof words]).join(', '),
    negative === 0 ? '' : number(negative),
    shares.positiveBiasShare === null ? '' : percent(shares.positiveBiasShare),
    shares.inadmissibleShare === null ? '' : percent(shares.inadmissibleShare),
  ]
}

function number(value: number): string {
  return String(Number(value.toPrecision(5)))
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`
}
