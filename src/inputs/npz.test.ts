import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { strToU8, zipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { DeepTaylorError } from '../core/diagnostics.ts'
import { encodeNpy, floatsOf, numbersIn } from './npy.ts'
import { openNpyRows } from './npy-rows.ts'
import { decodeNpz } from './npz.ts'

const folder = mkdtempSync(join(tmpdir(), 'deeptaylor-npz-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const x = encodeNpy({ dims: [3, 2], data: Float32Array.of(0, 1, 2, 3, 4, 5) })
const archive = zipSync({ 'x.npy': x, 'notes.txt': strToU8('nothing of ours'), 'y.npy': [x, { level: 0 }] })

describe('archives', () => {
  it('give the arrays that are wanted and there, packed or not', () => {
    const arrays = decodeNpz(archive, 'a.npz', ['x', 'y', 'z'])
    expect([...arrays.keys()]).toEqual(['x', 'y'])
    expect(numbersIn(arrays.get('y')!)).toEqual(Float64Array.of(0, 1, 2, 3, 4, 5))
  })

  it('are refused where they are none, or announce more than they can hold', () => {
    expect(() => decodeNpz(x, 'a.npz', ['x'])).toThrow('a.npz: not a readable .npy array: it is no zip file')
    expect(() => decodeNpz(withSize(archive, 0x7fffffff), 'a.npz', ['x'])).toThrow('contradict each other')
  })

  it('that are damaged give arrays or an error of ours, and nothing else', () => {
    const damage = fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(damage, changes => {
        const bytes = archive.slice()
        for (const [at, value] of changes) bytes[at] = value
        try {
          decodeNpz(bytes, 'a.npz', ['x', 'y'])
        } catch (error) {
          expect(error).toBeInstanceOf(DeepTaylorError)
        }
      }),
      { numRuns: 300 },
    )
  })
})

/** The archive's directory, saying of its first file that it unpacks to `size` bytes. */
function withSize(bytes: Uint8Array, size: number): Uint8Array {
  const copy = bytes.slice()
  const at = copy.findIndex(
    (_, i) => copy[i] === 0x50 && copy[i + 1] === 0x4b && copy[i + 2] === 1 && copy[i + 3] === 2,
  )
  new DataView(copy.buffer).setUint32(at + 24, size, true)
  return copy
}

describe('rows of a file', () => {
  const path = join(folder, 'x.npy')

  it('are read one by one', async () => {
    writeFileSync(path, x)
    const { dims, read } = await openNpyRows(path)
    expect(dims).toEqual([3, 2])
    expect(floatsOf(await read(2), path)).toEqual({ dims: [1, 2], data: Float32Array.of(4, 5) })
    expect(floatsOf(await read(0), path).data).toEqual(Float32Array.of(0, 1))
  })

  it('of the other byte order and of columns are turned', async () => {
    const text = (order: string, isColumnMajor: boolean) =>
      strToU8(
        `{'descr': '${order}f4', 'fortran_order': ${isColumnMajor ? 'True' : 'False'}, 'shape': (2, 2), }`.padEnd(117),
      )
    const file = (header: Uint8Array, data: Uint8Array) =>
      new Uint8Array([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0, ...header, 10, ...data])
    const numbers = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer)
    const big = numbers.slice()
    for (let i = 0; i < big.length; i += 4) big.subarray(i, i + 4).reverse()
    writeFileSync(path, file(text('>', false), big))
    expect(floatsOf(await (await openNpyRows(path)).read(1), path).data).toEqual(Float32Array.of(3, 4))
    writeFileSync(path, file(text('<', true), numbers))
    expect(floatsOf(await (await openNpyRows(path)).read(1), path).data).toEqual(Float32Array.of(2, 4))
  })

  it('are refused where the file is cut short', async () => {
    writeFileSync(path, x.subarray(0, x.length - 1))
    await expect(openNpyRows(path)).rejects.toThrow('asks for 24 bytes and it holds 23')
    await expect(openNpyRows(join(folder, 'none.npy'))).rejects.toThrow(DeepTaylorError)
  })
})
