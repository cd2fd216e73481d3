/** Draws the README's picture from the embedded example: `npx tsx scripts/hero.ts`. Needs `npm run example` before. */

import { join } from 'node:path'
import sharp from 'sharp'

const root = join(import.meta.dirname, '..')
const names = ['star-1', 'cross-2', 'ring-1', 'square-1', 'circle-1']
const [side, gap] = [192, 12]

const rows = (name: string) => [
  join(root, 'examples/scenes/pictures', `${name}.png`),
  join(root, 'out/scenes', `${name}.deep-taylor.top.heatmap.png`),
  join(root, 'out/scenes', `${name}.deep-taylor.top.overlay.png`),
]
const tiles = await Promise.all(
  names.flatMap((name, column) =>
    rows(name).map(async (path, row) => ({
      input: await sharp(path).resize(side, side, { kernel: 'nearest' }).png().toBuffer(),
      left: column * (side + gap),
      top: row * (side + gap),
    })),
  ),
)
await sharp({
  create: {
    width: names.length * (side + gap) - gap,
    height: 3 * (side + gap) - gap,
    channels: 4,
    background: { r: 255, g: 255, b: 255, alpha: 0 },
  },
})
  .composite(tiles)
  .png({ compressionLevel: 9, palette: true, colours: 192 })
  .toFile(join(root, 'docs/images/scenes.png'))
