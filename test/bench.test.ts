/** The benchmark's networks are those that they are called, and its figures what they say. */

import { describe, expect, it } from 'vitest'
import { type NetworkName, networks } from '../bench/networks/catalogue.ts'
import { plain } from '../bench/networks/vgg.ts'
import { feedsFor } from '../bench/speed/feeds.ts'
import { methodNames, methodOf, presets } from '../bench/speed/methods.ts'
import { readOptions } from '../bench/speed/options.ts'
import { logSlope, ratiosOf, spreadOf } from '../bench/speed/statistics.ts'
import { growth, renderTable } from '../bench/speed/tables.ts'
import { methodNames as commandLineNames } from '../src/cli/options.ts'
import type { Model } from '../src/core/0-graph/graph.ts'
import { sizeOf } from '../src/core/0-graph/tensor.ts'
import { verify } from '../src/core/0-graph/verify.ts'
import { inferShapes } from '../src/core/4-analyze/shapes.ts'
import { oracle } from './support/models.ts'

/** Trained numbers of each network, as torchvision's documentation counts them. */
const parameters: Readonly<Record<NetworkName, number>> = {
  alexnet: 61_100_840,
  vgg16: 138_357_544,
  resnet18: 11_689_512,
  resnet50: 25_557_032,
  googlenet: 6_624_904,
  squeezenet1_1: 1_235_496,
  mobilenet_v2: 3_504_872,
  efficientnet_b0: 5_288_548,
  densenet121: 7_978_856,
}

function parametersOf({ graph }: Model): number {
  const trained = [...graph.initializers].filter(([name]) => !/\.running_(mean|var)$/.test(name))
  return trained.reduce((sum, [, { dims }]) => sum + sizeOf(dims), 0)
}

describe('the networks', () => {
  it.each(Object.keys(parameters) as NetworkName[])(
    '%s is whole, and has as many parameters as it should',
    async name => {
      const model = networks[name]()
      expect(verify(model.graph)).toEqual([])
      const [output] = model.graph.outputs
      const shapes = await inferShapes(model, oracle)
      expect(shapes.get(output?.name ?? '')?.dims?.at(-1)).toBe(1000)
      expect(parametersOf(model)).toBe(parameters[name])
    },
  )

  it('of growing depth differ by what a layer has', () => {
    expect(parametersOf(plain(3)) - parametersOf(plain(2))).toBe(64 * 64 * 9 + 64)
  })
})

describe('statistics', () => {
  it('take the middle and the ends', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3 })
    expect(spreadOf([4, 1, 2, 3]).median).toBe(2.5)
    expect(() => spreadOf([])).toThrow(RangeError)
  })

  it('take ratios pair by pair', () => {
    expect(ratiosOf([1, 2, 4], [3, 4, 8])).toEqual({ median: 2, least: 2, most: 3 })
  })

  it('find the exponent of a power law', () => {
    const points = [1, 2, 4, 8].map((x): [number, number] => [x, 5 * x ** 1.5])
    expect(logSlope(points)).toBeCloseTo(1.5, 12)
  })
})

describe('the command line', () => {
  it('knows the methods that deeptaylor knows', () => {
    expect(methodNames).toEqual([...commandLineNames])
    for (const name of presets) expect(methodOf(name).name).toBe(name)
  })

  it('reads what is asked', () => {
    const options = readOptions(['squeezenet1_1', '--method', 'epsilon,z-plus', '--batch', '2', '--targets', '1,3'])
    expect(options).toMatchObject({ mode: 'targets', methods: ['epsilon', 'z-plus'], batches: [2], targets: [1, 3] })
    expect(readOptions(['--protocol', 'back-to-back'])).toMatchObject({ mode: 'ratios', pause: 0, threads: [1, 2] })
  })

  it.each([
    ['a network', ['resnet19'], /no network "resnet19"/],
    ['a method', ['--method', 'epsilom'], /no method "epsilom"/],
    ['a number', ['--runs', '0'], /--runs: whole numbers ≥ 1/],
    ['an option', ['--bach', '1'], /--bach/],
  ])('refuses what it does not know: %s', (_, args, reason) => {
    const options = readOptions(args)
    expect(options).toBeInstanceOf(Error)
    expect((options as Error).message).toMatch(reason)
  })
})

describe('feeds and tables', () => {
  it('fill free dimensions, the same every time', () => {
    const inputs = new Map([['image', { dtype: 'float32', dims: ['batch', 3, 'height', 8] }]])
    const { image } = feedsFor({ inputs }, 2)
    expect(image?.dims).toEqual([2, 3, 224, 8])
    expect(image).toEqual(feedsFor({ inputs }, 2).image)
  })

  it('are lined up, or Markdown', () => {
    const table = { title: 'T', head: ['name', 'ms'], rows: [['a', '1.00']] }
    expect(renderTable(table, false)).toBe('T\nname    ms\na     1.00')
    expect(renderTable(table, true)).toBe('**T**\n\n| name |   ms |\n| ---- | ---: |\n| a    | 1.00 |')
    expect(growth(100, 101)).toBe('+1.0 %')
  })
})
