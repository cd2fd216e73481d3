import { describe, expect, it } from 'vitest'
import type { Picture } from '../inputs/picture.ts'
import { renderTerminal, supportsTrueColor } from './terminal.ts'

const csi = '\u001b['
const cell = (upper: string, lower: string) => `${csi}38;2;${upper}m${csi}48;2;${lower}m▀`
const plain = (width: number, height: number, level: number): Picture => ({
  width,
  height,
  data: new Uint8Array(width * height * 3).fill(level),
})

describe('supportsTrueColor', () => {
  it.each<[Record<string, string>, boolean, boolean]>([
    [{ COLORTERM: 'truecolor' }, true, true],
    [{ COLORTERM: '24bit' }, true, true],
    [{ COLORTERM: 'truecolor' }, false, false],
    [{ COLORTERM: 'truecolor', NO_COLOR: '1' }, true, false],
    [{ COLORTERM: 'truecolor', NO_COLOR: '' }, true, true],
    [{ COLORTERM: 'yes' }, true, false],
    [{}, true, false],
  ])('%j, terminal %s: %s', (env, isTerminal, expected) => {
    expect(supportsTrueColor(env, isTerminal)).toBe(expected)
  })
})

describe('renderTerminal', () => {
  it('puts two pixels into a character', () => {
    const picture = { width: 2, height: 2, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) }
    expect(renderTerminal([picture], 2)).toBe(`${cell('1;2;3', '7;8;9')}${cell('4;5;6', '10;11;12')}${csi}0m`)
  })

  it('puts pictures side by side, the shorter one above blanks', () => {
    const lines = renderTerminal([plain(4, 2, 9), plain(4, 4, 7)], 4).split('\n')
    expect(lines).toEqual([
      `${cell('9;9;9', '9;9;9').repeat(4)}${csi}0m  ${cell('7;7;7', '7;7;7').repeat(4)}${csi}0m`,
      `    ${csi}0m  ${cell('7;7;7', '7;7;7').repeat(4)}${csi}0m`,
    ])
  })

  it('keeps the aspect, and pictures of any shape within bounds', () => {
    expect(renderTerminal([plain(640, 480, 0)], 32).split('\n')).toHaveLength(12)
    expect(renderTerminal([plain(1, 1000, 0)], 8).split('\n')).toHaveLength(12)
    expect(renderTerminal([plain(1000, 1, 0)], 8).split('\n')).toHaveLength(1)
    expect(renderTerminal([], 8)).toBe('')
  })
})
