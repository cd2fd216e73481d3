/** A button that opens the system's file dialogue. */

import { useRef } from 'preact/hooks'
import { accepted, openFiles } from '../state/open-files.ts'

/** The button. */
export function FileButton({ children, accept = accepted }: { readonly children: string; readonly accept?: string }) {
  const field = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" onClick={() => field.current?.click()}>
        {children}
      </button>
      <input
        ref={field}
        class="hidden"
        type="file"
        multiple
        accept={accept}
        aria-label={children}
        tabIndex={-1}
        onChange={event => {
          const { files } = event.currentTarget
          void openFiles(files ? [...files] : [])
          // The same file again is a change, too.
          event.currentTarget.value = ''
        }}
      />
    </>
  )
}
