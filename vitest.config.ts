import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  test: {
    // ONNX Runtime in several threads of one process has an open crash report.
    pool: 'forks',
    maxWorkers: 2,
    include: ['src/**/*.test.ts', 'app/src/**/*.test.ts', 'test/**/*.test.ts'],
    // Tests that want the program to keep graphs say where.
    env: { DEEPTAYLOR_CACHE: 'off' },
    testTimeout: 60_000,
    // A browser takes a while to start on a busy machine.
    hookTimeout: 60_000,
  },
})

export default config
