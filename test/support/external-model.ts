/** A model whose weights lie in another file: ONNX's way to hold more than 2 GB, and an attacker's to read other files. */

import { create, toBinary } from '@bufbuild/protobuf'
import { TensorProto_DataLocation as DataLocation, ModelProtoSchema } from '../../src/core/1-codec/generated/onnx_pb.ts'

/** Gemm of a vector of 4 by 4×4 weights (64 bytes) at `location`. */
export function externalModel(location: string): Uint8Array {
  const dim = (value: number | string) => ({
    value:
      typeof value === 'number'
        ? { case: 'dimValue' as const, value: BigInt(value) }
        : { case: 'dimParam' as const, value },
  })
  const type = (...dims: (number | string)[]) => ({
    value: { case: 'tensorType' as const, value: { elemType: 1, shape: { dim: dims.map(dim) } } },
  })
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ domain: '', version: 17n }],
      graph: {
        name: 'external',
        node: [{ name: 'gemm', opType: 'Gemm', input: ['x', 'w'], output: ['y'] }],
        input: [{ name: 'x', type: type('n', 4) }],
        output: [{ name: 'y', type: type('n', 4) }],
        initializer: [
          {
            name: 'w',
            dims: [4n, 4n],
            dataType: 1,
            dataLocation: DataLocation.EXTERNAL,
            externalData: [{ key: 'location', value: location }],
          },
        ],
      },
    }),
  )
}
