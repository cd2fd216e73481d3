/** What `webRuntime` says where there is no browser; what it does in one is tested in `test/browser`. */

import { expect, it } from 'vitest'
import { webRuntime } from './web.ts'

it('says that there is no WebGPU where there is none', async () => {
  await expect(webRuntime({ provider: 'webgpu' })).rejects.toMatchObject({
    code: 'runtime-missing',
    message: expect.stringContaining("use the provider 'wasm'"),
  })
})

it.each([0, 1.5, -1, Number.NaN])('refuses %s threads', async threads => {
  await expect(webRuntime({ threads })).rejects.toMatchObject({ code: 'option-invalid' })
})

it('refuses several threads where memory cannot be shared', async () => {
  await expect(webRuntime({ threads: 2 })).rejects.toMatchObject({
    message: expect.stringContaining('Cross-Origin-Opener-Policy'),
  })
})
