/** What steers the grid: who shares a scale of colours, and whether it goes on. */

import { change, settings } from '../../state/settings.ts'
import { goOn, isStopped } from './cells.ts'
import { sharings, sharingTitles } from './scale.ts'

/** The tools. */
export function GridTools() {
  const { sharing } = settings.value
  return (
    <div class="row">
      {isStopped.value && (
        <>
          <span class="small" role="status">
            Stopped; what was there stays.
          </span>
          <button type="button" onClick={goOn}>
            Go on
          </button>
        </>
      )}
      <fieldset class="sharing">
        <legend class="hidden">Scale of colours</legend>
        <span class="small" aria-hidden="true">
          Scale
        </span>
        <div class="segments">
          {sharings.map(one => (
            <button key={one} type="button" aria-pressed={sharing === one} onClick={() => change({ sharing: one })}>
              {sharingTitles[one]}
            </button>
          ))}
        </div>
      </fieldset>
    </div>
  )
}
