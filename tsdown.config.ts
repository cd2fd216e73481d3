import { defineConfig, type UserConfig } from 'tsdown'

/** One build for all entries, so that they share classes and `instanceof` holds across them. */
const config: UserConfig = defineConfig({
  entry: {
    index: 'src/index.ts',
    web: 'src/web.ts',
    'core/index': 'src/core/index.ts',
    'cli/main': 'src/cli/main.ts',
  },
  format: 'esm',
  // Chunks are shared with browsers: for Node's sake the bundler would write `import 'node:module'` into them.
  platform: 'neutral',
  deps: { neverBundle: [/^node:/] },
  target: 'node20',
  dts: true,
  fixedExtension: false,
  clean: true,
})

export default config
