/** Which layers share a box, and which boxes relevance goes to. */

import { expect, it } from 'vitest'
import type { LayerReport } from '../../../../src/web.ts'
import { blocksOf, shortened } from './blocks.ts'

const layer = (name: string, rule: string, ...reads: readonly string[]): LayerReport => ({
  name,
  opType: name,
  reads,
  inputDims: undefined,
  outputDims: undefined,
  domain: 'hidden ≥ 0',
  rule,
  why: '',
  biases: undefined,
  cost: undefined,
})

it('what only passes relevance on is drawn with the layer before it, unless another reads that too', () => {
  const input = { name: 'x', dims: undefined, domain: 'input ℝ' }
  const layers = [
    layer('conv', 'w²', 'x'),
    layer('relu', 'pass', 'conv'),
    layer('side', 'z⁺', 'relu'),
    layer('twice', 'pass', 'relu'),
    layer('add', 'z⁺', 'side', 'twice'),
    layer('flat', 'adjoint', 'add'),
  ]
  const boxes = blocksOf({ layers, input }).map(({ id, layers: own, reads }) => [id, own.length, ...reads])
  expect(boxes).toEqual([
    ['', 0],
    ['conv', 2, ''],
    ['side', 1, 'conv'],
    ['twice', 1, 'conv'],
    ['add', 2, 'side', 'twice'],
  ])
})

it('what only moves the input is a box of its own', () => {
  const input = { name: 'x', dims: undefined, domain: 'input ℝ' }
  const [, first] = blocksOf({ layers: [layer('transpose', 'adjoint', 'x')], input })
  expect(first).toMatchObject({ id: 'transpose', reads: [''] })
})

it('of long names the end is kept', () => {
  expect(shortened('conv1', 16)).toBe('conv1')
  expect(shortened('/features/features.0/Conv', 16)).toBe('features.0/Conv')
  expect(shortened('averyverylongnamewithoutanypath', 16)).toHaveLength(16)
})
