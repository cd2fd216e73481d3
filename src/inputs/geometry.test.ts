import { describe, expect, it } from 'vitest'
import { channelAxisOf, pictureGeometry } from './geometry.ts'

describe('pictureGeometry', () => {
  it.each([
    [['n', 3, 224, 200], { channels: 3, layout: 'NCHW', height: 224, width: 200 }],
    [[1, 1, 28, 28], { channels: 1, layout: 'NCHW', height: 28, width: 28 }],
    [['n', 224, 200, 3], { channels: 3, layout: 'NHWC', height: 224, width: 200 }],
    [['n', 3, 'h', 'w'], { channels: 3, layout: 'NCHW', height: undefined, width: undefined }],
    [['n', 'c', 'h', 'w'], { channels: 3, layout: 'NCHW', height: undefined, width: undefined }],
  ] as const)('of %j', (dims, expected) => {
    expect(pictureGeometry(dims)).toEqual(expected)
  })

  it.each([[[1, 3, 224]], [[1, 16, 16, 16]], [[1, 3, 8, 16, 16]], [[]]])('%j is no picture', dims => {
    expect(pictureGeometry(dims)).toBeUndefined()
  })

  it('says where the channels are', () => {
    expect(channelAxisOf({ channels: 3, layout: 'NCHW', width: 1, height: 1 })).toBe(1)
    expect(channelAxisOf({ channels: 3, layout: 'NHWC', width: 1, height: 1 })).toBe(3)
  })
})
