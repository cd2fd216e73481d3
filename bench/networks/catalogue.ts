/** The networks that are measured, by torchvision's names, and their files: written once, outside git. */

import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Model } from '../../src/core/0-graph/graph.ts'
import { encodeModel } from '../../src/core/1-codec/encode.ts'
import { alexnet } from './alexnet.ts'
import { densenet121 } from './densenet.ts'
import { efficientnetB0 } from './efficientnet.ts'
import { googlenet } from './googlenet.ts'
import { mobilenetV2 } from './mobilenet.ts'
import { resnet18, resnet50 } from './resnet.ts'
import { squeezenet } from './squeezenet.ts'
import { vgg16 } from './vgg.ts'

/** The networks' names, in the order of tables. */
export const networkNames = [
  'alexnet',
  'vgg16',
  'resnet18',
  'resnet50',
  'googlenet',
  'squeezenet1_1',
  'mobilenet_v2',
  'efficientnet_b0',
  'densenet121',
] as const

/** One of them. */
export type NetworkName = (typeof networkNames)[number]

/** How each is built. */
export const networks: Readonly<Record<NetworkName, () => Model>> = {
  alexnet,
  vgg16,
  resnet18,
  resnet50,
  googlenet,
  squeezenet1_1: squeezenet,
  mobilenet_v2: mobilenetV2,
  efficientnet_b0: efficientnetB0,
  densenet121,
}

const cache = join(import.meta.dirname, '../../.cache/networks')

/** The file of a network, built unless it is there; a change in how networks are written makes another file. */
export function networkFile(name: NetworkName): string {
  const path = join(cache, `${name}-${digest()}.onnx`)
  if (!existsSync(path)) writeWhole(path, encodeModel(networks[name]()))
  return path
}

/** Writes a file that is there whole or not at all, whoever else writes it. */
export function writeWhole(path: string, bytes: Uint8Array): void {
  mkdirSync(join(path, '..'), { recursive: true })
  const temporary = `${path}.${randomUUID()}`
  writeFileSync(temporary, bytes)
  renameSync(temporary, path)
}

function digest(): string {
  const sources = readdirSync(import.meta.dirname).filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const hash = createHash('sha256').update(readFileSync(join(import.meta.dirname, '../random.ts')))
  for (const file of sources.sort()) hash.update(file).update(readFileSync(join(import.meta.dirname, file)))
  return hash.digest('hex').slice(0, 12)
}
