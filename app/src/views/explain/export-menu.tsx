/** What can be taken along: pictures, numbers, the explained model, and this view. */

import { useState } from 'preact/hooks'
import { Menu } from '../../components/menu.tsx'
import { report } from '../../state/activity.ts'
import { shown } from '../../state/explanation.ts'
import { input } from '../../state/inputs.ts'
import { type ExportRow, exportsFor } from './exports.ts'

/** The menu. */
export function ExportMenu() {
  const [said, say] = useState('')
  const [withPicture, setWithPicture] = useState(false)
  const hasOwnPicture = input.value?.kind === 'picture' && !input.value.isExample
  const run = ({ title, take }: ExportRow) => {
    take({ withPicture: withPicture && hasOwnPicture }).then(() => say(`${title}: done`), report)
  }
  return (
    <Menu title="Export">
      {exportsFor(input.value?.kind).map(row => (
        <button key={row.title} type="button" class="quiet" disabled={!shown.value} onClick={() => run(row)}>
          {row.title}
        </button>
      ))}
      {hasOwnPicture && (
        <label class="small">
          <input
            type="checkbox"
            checked={withPicture}
            onChange={event => setWithPicture(event.currentTarget.checked)}
          />{' '}
          the picture goes into the state file
        </label>
      )}
      <p class="small" role="status">
        {said}
      </p>
    </Menu>
  )
}
