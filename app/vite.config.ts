import { join } from 'node:path'
import { defineConfig, type UserConfig } from 'vite'
import { exampleFiles } from './build/example-files.ts'
import { offlineFiles } from './build/offline-files.ts'
import { runtimeFiles, runtimeImports } from './build/runtime-files.ts'

/** The Lab as a static site that works under any address: every path in it is relative. */
const config: UserConfig = defineConfig({
  root: import.meta.dirname,
  base: './',
  // The same parser, with what it takes from Node brought along.
  resolve: { alias: { 'csv-parse/sync': 'csv-parse/browser/esm/sync' } },
  plugins: [runtimeImports(), runtimeFiles(), exampleFiles(), offlineFiles()],
  worker: { format: 'es', plugins: () => [runtimeImports()] },
  build: {
    outDir: join(import.meta.dirname, '../dist/lab'),
    emptyOutDir: true,
    target: 'es2022',
    // The polyfill would be one script more, for browsers without WebAssembly threads.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
    reportCompressedSize: false,
    rollupOptions: {
      input: {
        index: join(import.meta.dirname, 'index.html'),
        'service-worker': join(import.meta.dirname, 'src/service-worker.ts'),
      },
      output: {
        // Its address is what the browser knows it by.
        entryFileNames: chunk => (chunk.name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
})

export default config
