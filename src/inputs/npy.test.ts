import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DeepTaylorError } from '../core/diagnostics.ts'
import { decodeNpy, encodeNpy, floatsOf } from './npy.ts'

/** A file as NumPy 2.4 writes it: the header padded with spaces to a multiple of 64 bytes. */
function file(header: string, data: string, version = 1): Uint8Array {
  const start = version === 1 ? 10 : 12
  const length = Math.ceil((start + header.length + 1) / 64) * 64 - start
  const size = Buffer.alloc(start - 8)
  if (version === 1) size.writeUInt16LE(length)
  else size.writeUInt32LE(length)
  const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0])
  return Buffer.concat([head, size, Buffer.from(`${header.padEnd(length - 1)}\n`), Buffer.from(data, 'hex')])
}

const header = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`

function floats(descr: string, shape: string, data: string, fortran = 'False') {
  const { dims, data: values } = floatsOf(decodeNpy(file(header(descr, shape, fortran), data), 'a.npy'), 'a.npy')
  return { dims, values: Array.from(values) }
}

// Bytes from numpy.lib.format.write_array.
describe('decodeNpy', () => {
  it('reads float32, float64 and float16', () => {
    expect(floats('<f4', '(1, 3)', '0000c03f000010c000004040')).toEqual({ dims: [1, 3], values: [1.5, -2.25, 3] })
    expect(floats('<f8', '()', '0000000000000440')).toEqual({ dims: [], values: [2.5] })
    const { values } = floats('<f2', '(6,)', '003e00800100ff7b007c662e')
    expect(values).toEqual([1.5, -0, 2 ** -24, 65504, Number.POSITIVE_INFINITY, Math.fround(0.0999755859375)])
    expect(floats('<f4', '(0, 3)', '')).toEqual({ dims: [0, 3], values: [] })
  })

  it('turns what is big-endian and column-major', () => {
    const data = '3ff000000000000040100000000000004000000000000000401400000000000040080000000000004018000000000000'
    expect(floats('>f8', '(2, 3)', data, 'True')).toEqual({ dims: [2, 3], values: [1, 2, 3, 4, 5, 6] })
    // numpy.asfortranarray(numpy.arange(24, dtype=numpy.uint8).reshape(2, 3, 4))
    const cube = decodeNpy(
      file(header('|u1', '(2, 3, 4)', 'True'), '000c04100814010d05110915020e06120a16030f07130b17'),
      'a.npy',
    )
    expect(Array.from(cube.bytes)).toEqual(Array.from({ length: 24 }, (_, i) => i))
  })

  it.each([2, 3])('reads format version %i', version => {
    expect(decodeNpy(file(header('<f4', '(1,)'), '0000e040', version), 'a.npy')).toMatchObject({ dims: [1] })
  })

  it('reads from a view into a larger buffer, and keeps none of it', () => {
    const bytes = file(header('<f4', '(1,)'), '0000e040')
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    const array = decodeNpy(shifted.subarray(3), 'a.npy')
    expect(array.bytes.buffer.byteLength).toBe(4)
    expect(floatsOf(array, 'a.npy').data[0]).toBe(7)
  })

  const exa = '(1000000, 1000000, 1000000)'
  it.each<[string, string, RegExp]>([
    ['records', `{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }`, /records of several fields/],
    ['objects', header('|O', '(1,)'), /Python objects/],
    ['texts', header('<U2', '(1,)'), /texts/],
    ['complex numbers', header('<c16', '(1,)'), /complex numbers/],
    ['dates', header('<M8[D]', '(1,)'), /dates/],
    ['long doubles', header('<f16', '(1,)'), /floats of an uncommon width/],
    ['an unknown kind', header('<x4', '(1,)'), /unknown kind/],
    ['more than memory holds', header('<f4', exa), /asks for 4000000000000000000 bytes and it holds 0/],
    ['numbers beyond counting', header('<f4', '(9999999999999999, 9999999999999999)'), /asks for/],
    ['a negative length', header('<f4', '(-1,)'), /not that of a plain array/],
    ['a length that is no tuple', header('<f4', '(3)'), /not that of a plain array/],
    ['a key twice', `{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}`, /not that of/],
    ['a key too many', `{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}`, /not that of/],
    ['a key too few', `{'descr': '<f4', 'shape': (1,)}`, /not that of/],
    ['Python', `{'descr': '<f4', 'fortran_order': False, 'shape': (__import__('os'),)}`, /not that of/],
    ['something after it', `${header('<f4', '(1,)')} + 1`, /not that of/],
    ['nothing', '', /not that of/],
  ])('refuses a header of %s', (_, text, words) => {
    expect(() => decodeNpy(file(text, ''), 'a.npy')).toThrow(words)
    expect(() => decodeNpy(file(text, ''), 'a.npy')).toThrow(DeepTaylorError)
  })

  it('refuses what is too short, too long, or something else', () => {
    const whole = file(header('<f4', '(2,)'), '0000e0400000e040')
    expect(() => decodeNpy(whole.subarray(0, -1), 'a.npy')).toThrow(/asks for 8 bytes and it holds 7/)
    expect(() => decodeNpy(Buffer.concat([whole, whole]), 'a.npy')).toThrow(/asks for 8 bytes/)
    expect(() => decodeNpy(whole.subarray(0, 60), 'a.npy')).toThrow('a.npy: not a readable .npy array: it ends within')
    expect(() => decodeNpy(whole.subarray(0, 7), 'a.npy')).toThrow(/does not begin as one/)
    expect(() => decodeNpy(Buffer.from('PK\u0003\u0004 an archive of arrays'), 'a.npz')).toThrow(
      /does not begin as one/,
    )
    const future = Uint8Array.from(whole)
    future[6] = 4
    expect(() => decodeNpy(future, 'a.npy')).toThrow(/version 4/)
    const long = file(header('<f4', '(2,)'), '', 2)
    long.set([0xff, 0xff, 0xff, 0xff], 8)
    expect(() => decodeNpy(long, 'a.npy')).toThrow(/header has 4294967295 bytes/)
  })

  it('throws nothing but DeepTaylorError, whatever the bytes', () => {
    const parts = fc.array(
      fc.oneof(
        fc.constantFrom(
          ...'{}()[],:\'"',
          ' ',
          'True',
          'False',
          "'descr': '<f4'",
          "'fortran_order': False",
          "'shape': (2,)",
        ),
        fc.string({ maxLength: 8 }),
        fc.nat().map(String),
      ),
      { maxLength: 20 },
    )
    const spoilt = fc
      .tuple(fc.nat({ max: 139 }), fc.nat({ max: 255 }))
      .map(([at, byte]) => file(header('<f4', '(3,)'), '0000c03f000010c000004040').map((b, i) => (i === at ? byte : b)))
    const bytes = fc.oneof(
      parts.map(list => file(list.join(''), '0000c03f000010c0')),
      spoilt,
      fc.uint8Array({ maxLength: 200 }),
    )
    fc.assert(
      fc.property(bytes, input => {
        try {
          const { dims, bytes: held } = decodeNpy(input, 'a.npy')
          expect(held.length % dims.reduce((product, dim) => product * dim, 1) || 0).toBe(0)
        } catch (error) {
          expect(error).toBeInstanceOf(DeepTaylorError)
          expect((error as Error).message).not.toMatch(/[\r\n]/)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('floatsOf', () => {
  it.each([
    ['<i8', 'ffffffffffffffff', 'int64'],
    ['|b1', '01', 'bool'],
  ])('refuses %s and says how to convert it', (descr, data, name) => {
    const array = decodeNpy(file(header(descr, '(1,)'), data), 'a.npy')
    expect(() => floatsOf(array, 'a.npy')).toThrow(
      `a.npy: it is an array of ${name} and the model reads float32: convert it with .astype(numpy.float32)`,
    )
  })
})

describe('encodeNpy', () => {
  it('writes what NumPy writes, to the byte', () => {
    const expected = file(header('<f4', '(1, 3)'), '0000c03f000010c000004040')
    const written = encodeNpy({ dims: [1, 3], data: Float32Array.of(1.5, -2.25, 3) })
    expect(Buffer.from(written).equals(expected)).toBe(true)
  })

  it('is read back, from scalars to volumes', () => {
    const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 })
    fc.assert(
      fc.property(shape, dims => {
        const count = dims.reduce((product, dim) => product * dim, 1)
        // A view that begins in the middle of its buffer.
        const data = Float32Array.from({ length: count + 1 }, (_, i) => i / 3).subarray(1)
        const written = encodeNpy({ dims, data })
        expect((written.length - data.byteLength) % 64).toBe(0)
        expect(floatsOf(decodeNpy(written, 'a.npy'), 'a.npy')).toEqual({ dims, data: Float32Array.from(data) })
      }),
    )
  })
})
