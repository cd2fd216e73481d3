/** The whole page takes files; while some are held over it, it says so. */

import { signal, useSignalEffect } from '@preact/signals'
import { openFiles } from '../state/open-files.ts'

const isHeld = signal(false)

/** Says that files may be let go. */
export function DropZone() {
  useSignalEffect(() => {
    let depth = 0
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
    const listeners: { readonly [K in 'dragenter' | 'dragleave' | 'dragover' | 'drop']: (event: DragEvent) => void } = {
      dragenter: event => {
        if (!hasFiles(event)) return
        depth++
        isHeld.value = true
      },
      dragleave: () => {
        depth = Math.max(0, depth - 1)
        if (depth === 0) isHeld.value = false
      },
      // Without this the browser would leave the page for the file.
      dragover: event => event.preventDefault(),
      drop: event => {
        event.preventDefault()
        depth = 0
        isHeld.value = false
        void openFiles([...(event.dataTransfer?.files ?? [])])
      },
    }
    for (const [name, listener] of Object.entries(listeners)) addEventListener(name, listener as EventListener)
    return () => {
      for (const [name, listener] of Object.entries(listeners)) removeEventListener(name, listener as EventListener)
    }
  })
  if (!isHeld.value) return null
  return (
    <div class="drop">
      <p>Drop a model with what lies beside it, or pictures. Nothing leaves this machine.</p>
    </div>
  )
}
