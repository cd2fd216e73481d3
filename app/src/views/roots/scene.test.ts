/** The scene keeps its promises, whatever a link or a finger asks for. */

import { describe, expect, it } from 'vitest'
import { firingSide, inSquare, lineInSquare } from './geometry.ts'
import { changed, presets, readScene, withCorner, writeScene } from './scene.ts'
import { verdictOf } from './verdict.ts'

const [{ scene }] = presets

describe('a scene', () => {
  it.each(presets)('$id: comes back from its text', preset => {
    expect(readScene(writeScene(preset.scene))).toEqual(preset.scene)
    expect(changed(preset.scene, {})).toEqual(preset.scene)
  })

  it.each(['', 'nonsense', 'box;1,2;3;4', 'box;1,1;1,1;1;2,2;0,0;1,1;free;', 'real;NaN,1;1,1;1;0,0;1,1;1,1;free;'])(
    'of nonsense is the first preset: %s',
    text => expect(readScene(text)).toEqual(scene),
  )

  it('keeps x in its domain and everything on the grid', () => {
    expect(changed(scene, { x: [9, -9] }).x).toEqual([2, 0])
    expect(changed(scene, { x: [0.512, 0.49] }).x).toEqual([0.5, 0.5])
    expect(changed(changed(scene, { domain: 'real', x: [-1, -2] }), { domain: 'positive' }).x).toEqual([0, 0])
    expect(changed(scene, { b: 99, w: [-7, 0.001] })).toMatchObject({ b: 3, w: [-2, 0] })
  })

  it('has a box that does not turn inside out', () => {
    const { low, high } = withCorner(scene, ['low', 'low'], [2.5, 1])
    expect(low[0]).toBeLessThan(high[0])
    expect([low[1], high]).toEqual([1, [2, 2]])
  })
})

describe('lines', () => {
  it('end at the square', () => {
    expect(lineInSquare([1, 0], -1, 2)).toEqual([
      [1, -2],
      [1, 2],
    ])
    expect(lineInSquare([1, 0], -3, 2)).toBeUndefined()
    expect(lineInSquare([0, 0], 1, 2)).toBeUndefined()
    expect(
      inSquare(
        [
          [0, 0],
          [8, 4],
        ],
        2,
      ),
    ).toEqual([
      [0, 0],
      [2, 1],
    ])
  })

  it('divide it', () => {
    expect(firingSide([1, 0], 0, 2)).toEqual([
      [0, -2],
      [2, -2],
      [2, 2],
      [0, 2],
    ])
    expect(firingSide([0, 0], -1, 2)).toEqual([])
  })
})

describe('verdicts', () => {
  const inside = { preactivation: 1, t: 0.5, root: [1, 1] }
  it('of a neuron that is off, of directions along the hinge, of domains', () => {
    expect(verdictOf('w-square', scene, { ...inside, preactivation: 0 }).kind).toBe('off')
    expect(verdictOf('free', scene, { ...inside, t: Number.NEGATIVE_INFINITY }).kind).toBe('none')
    expect(verdictOf('z-plus', { ...scene, domain: 'real' }, inside).kind).toBe('unsuited')
    expect(verdictOf('z-box', { ...scene, domain: 'positive' }, inside).kind).toBe('unsuited')
    expect(verdictOf('z-box', scene, inside).kind).toBe('inside')
    expect(verdictOf('z-box', scene, { ...inside, root: [1, 2.1] })).toMatchObject({
      kind: 'outside',
      leaves: 'x̃₂ = 2.10 > 2.00',
    })
  })

  it('forgive rounding on the border', () => {
    expect(verdictOf('z-plus', scene, { ...inside, root: [-1e-7, 1] }).kind).toBe('inside')
  })
})
