/** The lines that say what goes on: what runs and how to stop it; what went wrong; what to know. */

import type { Signal } from '@preact/signals'
import { notice, running, trouble } from '../state/activity.ts'

/** What runs, with a way to stop it; in the header, where its coming and going moves nothing. */
export function RunningLine() {
  const { words, done, total, cancel } = running.value ?? {}
  return (
    <div class="running">
      <span role="status">{words}</span>
      {words !== undefined && (
        <>
          <progress aria-label={words} {...(total !== undefined && { value: done ?? 0, max: total })} />
          <button type="button" class="quiet" onClick={cancel}>
            Cancel
          </button>
        </>
      )}
    </div>
  )
}

/** What went wrong, and what to know; nothing where there is nothing to say. */
export function MessageLines() {
  const { words, remedy } = trouble.value ?? {}
  return (
    <div class="messages">
      <div role="alert">
        {words !== undefined && (
          <p class="trouble">
            <span>
              {words} {remedy}
            </span>
            <Dismiss of={trouble} />
          </p>
        )}
      </div>
      <div role="status">
        {notice.value !== undefined && (
          <p>
            <span>{notice.value}</span>
            <Dismiss of={notice} />
          </p>
        )}
      </div>
    </div>
  )
}

function Dismiss<T>({ of }: { readonly of: Signal<T | undefined> }) {
  const dismiss = () => {
    of.value = undefined
  }
  return (
    <button type="button" class="quiet" onClick={dismiss}>
      Dismiss
    </button>
  )
}
