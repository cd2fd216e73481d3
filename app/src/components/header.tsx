/** The header: what this is, the views, the theme. */

import { change, setting } from '../state/settings.ts'
import { views } from '../views.ts'
import { RunningLine } from './status-line.tsx'
import { ThemeSwitch } from './theme-switch.tsx'

const view = setting('view')

/** The header. */
export function Header() {
  return (
    <header class="header">
      <h1 class="wordmark">
        deeptaylor <span>Lab</span>
      </h1>
      <nav aria-label="Views">
        <ul class="views">
          {views.map(({ id, title }) => (
            <li key={id}>
              <button
                type="button"
                aria-current={view.value === id ? 'page' : undefined}
                onClick={() => change({ view: id })}
              >
                {title}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <RunningLine />
      <ThemeSwitch />
    </header>
  )
}
