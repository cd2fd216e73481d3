import sharp from 'sharp'

const out = process.argv[2],
  files = process.argv.slice(3)
const S = 384
await sharp({
  create: {
    width: S * Math.min(4, files.length),
    height: S * Math.ceil(files.length / 4),
    channels: 3,
    background: '#fff',
  },
})
  .composite(
    await Promise.all(
      files.map(async (f, i) => ({
        input: await sharp(f)
          .resize(S - 8, S - 8, { fit: 'inside', kernel: 'nearest' })
          .toBuffer(),
        left: (i % 4) * S,
        top: Math.floor(i / 4) * S,
      })),
    ),
  )
  .png()
  .toFile(out)
