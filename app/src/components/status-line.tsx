/** The line under the header: what runs and how far it has come, with a way to stop it; what went wrong; what to know. */

import { notice, running, trouble } from '../state/activity.ts'

/** The line; empty when there is nothing to say. */
export function StatusLine() {
  return (
    <div class="status">
      <div class="status-progress" role="status" aria-live="polite">
        {running.value && <Progress />}
        {notice.value !== undefined && (
          <p class="notice">
            {notice.value}
            <button
              type="button"
              class="quiet"
              onClick={() => {
                notice.value = undefined
              }}
            >
              Dismiss
            </button>
          </p>
        )}
      </div>
      <div role="alert">
        {trouble.value && (
          <p class="trouble">
            <span>
              {trouble.value.words} {trouble.value.remedy}
            </span>
            <button
              type="button"
              class="quiet"
              onClick={() => {
                trouble.value = undefined
              }}
            >
              Dismiss
            </button>
          </p>
        )}
      </div>
    </div>
  )
}

function Progress() {
  const { words, done, total, cancel } = running.value ?? {}
  return (
    <p class="running">
      <span>{words}</span>
      <progress aria-label={words} {...(total !== undefined && { value: done ?? 0, max: total })} />
      <button type="button" class="quiet" onClick={cancel}>
        Cancel
      </button>
    </p>
  )
}
