/** `deeptaylor inspect`: every layer, its domain, the rule that it gets, and why. */

import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import Table from 'cli-table3'
import colors from 'picocolors'
import { printDims } from '../core/0-graph/print.ts'
import type { LayerCost } from '../core/5-explain/cost.ts'
import { inspect, type LayerReport, type ModelReport } from '../explainer/inspect.ts'
import { nodeRuntime } from '../runtime/node.ts'
import { announce, openContext } from './context.ts'
import {
  addSampling,
  addSharing,
  layerRulesFrom,
  methodFrom,
  options,
  pathFrom,
  type SharingOptions,
} from './options.ts'

/** The verb. */
export function inspectCommand(): CommandUnknownOpts {
  const verb = command()
  addSharing(verb)
  addSampling(verb)
  return verb.action((model, opts) => run(model, opts as Options))
}

function command() {
  return new Command('inspect')
    .description('show the rule that every layer gets and why, and what is not supported')
    .argument('<model>', 'an ONNX model')
    .addOption(options.method())
    .addOption(options.preprocess())
    .addOption(options.box())
    .addOption(options.shape())
    .addOption(options.input())
    .addOption(options.output())
    .option(
      '--cost',
      'print what every layer costs instead: multiplications of forward pass, denominators and transpose',
    )
    .option('--json', 'print the findings as JSON')
    .addOption(options.runtime())
}

type Options = ReturnType<ReturnType<typeof command>['opts']> & SharingOptions

async function run(modelPath: string, opts: Options): Promise<void> {
  const context = await openContext(modelPath, opts)
  if (!opts.box) announce(context.assumptions)
  const runtime = await nodeRuntime(opts.runtime, message => announce([message]))
  const report = await inspect(context.loaded, {
    method: methodFrom(opts.method, opts),
    rules: await layerRulesFrom(opts),
    runtime,
    ...(context.pictureBox && { box: context.pictureBox }),
    ...pathFrom(opts),
  })
  const text = opts.cost ? costText(report) : reportText(report)
  process.stdout.write(opts.json ? `${JSON.stringify(report, null, 2)}\n` : text)
}

function reportText(report: ModelReport): string {
  const { source, producer, opset, irVersion, input, output, method, layers, verdict } = report
  const table = new Table({
    head: ['layer', 'operator', 'shape', 'domain of its input', 'rule', 'why', 'biases > 0'],
    // The table's own colours do not look whether a terminal is there.
    style: { head: paint('bold'), border: paint('dim'), compact: true },
    ...(process.stdout.isTTY && { colWidths: widths(process.stdout.columns ?? 120, layers), wordWrap: true }),
  })
  for (const layer of withRuns(layers)) table.push(row(layer))
  const head = output.head === 'none' ? '' : `, looked through its ${output.head} to ${output.logits}`
  return [
    `${colors.bold(source)}  opset ${opset}, IR ${irVersion}${producer && `, made by ${producer}`}`,
    `input   ${input.name}  ${printDims(input.dims)}  ${input.domain}`,
    `output  ${output.name}  ${classesText(output.classes)}${head}`,
    `method  ${method}`,
    table.toString(),
    ...verdict,
    '',
  ].join('\n')
}

function classesText(count: number): string {
  if (count === 0) return 'a map: explain LAYER:CHANNEL or LAYER:CHANNEL,ROW,COLUMN of it'
  return `${count} ${count === 1 ? 'class' : 'classes'}`
}

function row(layer: LayerReport): string[] {
  const { name, opType, inputDims, outputDims, domain, rule, why, biases } = layer
  const isRule = !['pass', 'adjoint', 'none'].includes(rule)
  return [
    name,
    opType,
    `${printDims(inputDims)} → ${printDims(outputDims)}`,
    domain,
    isRule ? colors.bold(rule) : rule,
    why,
    biases ? `${biases.positive} of ${biases.total}` : '',
  ]
}

/** The multiplications of every layer that has some, and how many forward passes they are together. */
function costText({ source, method, layers }: ModelReport): string {
  const table = new Table({
    head: ['layer', 'rule', 'forward', 'denominators', 'transpose', 'of all'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
    style: { head: paint('bold'), border: paint('dim'), compact: true },
  })
  const costs = layers.flatMap(({ name, rule, cost }) => (cost ? [{ name, rule, cost }] : []))
  const sum = (kind: keyof LayerCost) => costs.reduce((total, { cost }) => total + cost[kind], 0)
  const [forward, denominators, transpose] = [sum('forward'), sum('denominators'), sum('transpose')]
  const all = forward + denominators + transpose
  for (const { name, rule, cost } of costs) {
    const own = cost.forward + cost.denominators + cost.transpose
    const share = `${((own / all) * 100).toFixed(1)} %`
    table.push([name, rule, ...[cost.forward, cost.denominators, cost.transpose].map(millions), share])
  }
  table.push(['all', '', ...[forward, denominators, transpose].map(millions), ''])
  return [
    `${colors.bold(source)}  ${method}, millions of multiplications for one sample`,
    table.toString(),
    `${(all / forward).toFixed(2)} times the forward pass. Elementwise work is not counted; ${bench} measures.`,
    '',
  ].join('\n')
}

const bench = '`npm run bench -- --model model.onnx`'

function millions(count: number): string {
  return count === 0 ? '' : (count / 1e6).toFixed(count < 1e5 ? 3 : 1)
}

/** Layers in a row that only move elements are one line; the JSON has them all. */
function withRuns(layers: readonly LayerReport[]): readonly LayerReport[] {
  const shown: LayerReport[] = []
  let run: LayerReport[] = []
  const close = () => {
    const [first, last] = [run[0], run.at(-1)]
    if (first && last && run.length > 2) {
      const name = `${first.name} … ${last.name}`
      shown.push({
        ...first,
        name,
        opType: `${run.length} ${first.rule === 'adjoint' ? 'that move' : 'layers'}`,
        outputDims: last.outputDims,
      })
    } else shown.push(...run)
    run = []
  }
  for (const layer of layers) {
    const isMove = layer.rule === 'adjoint' || (layer.rule === 'none' && run[0]?.rule === 'none')
    if (run.length > 0 && (!isMove || layer.rule !== run[0]?.rule)) close()
    if (layer.rule === 'adjoint' || layer.rule === 'none') run.push(layer)
    else shown.push(layer)
  }
  close()
  return shown
}

/** A style for the table, where colours are wanted. */
function paint(style: string): string[] {
  return colors.isColorSupported ? [style] : []
}

/** The narrow columns as they need it, the rest for the reason. */
function widths(columns: number, layers: readonly LayerReport[]): number[] {
  const longest = (texts: readonly string[], most: number) => Math.min(most, Math.max(...texts.map(t => t.length)) + 2)
  const fixed = [
    longest(['layer', ...layers.map(l => l.name)], 28),
    longest(['operator', ...layers.map(l => l.opType)], 20),
    longest(
      layers.map(l => `${printDims(l.inputDims)} → ${printDims(l.outputDims)}`),
      34,
    ),
    longest(['domain of its input', ...layers.map(l => l.domain)], 24),
    longest(['proportional'], 16),
  ]
  const count = 14
  const rest = columns - fixed.reduce((sum, width) => sum + width, 0) - count - 8
  return [...fixed, Math.max(24, rest), count]
}
