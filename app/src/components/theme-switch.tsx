/** Light, dark, or as the system has it. */

import { effect, signal } from '@preact/signals'

const themes = ['system', 'light', 'dark'] as const
type Theme = (typeof themes)[number]

const key = 'deeptaylor-theme'
const theme = signal<Theme>(stored())

/** Storage may be forbidden: the choice then lasts as long as the page. */
function stored(): Theme {
  try {
    return themes.find(one => one === localStorage.getItem(key)) ?? 'system'
  } catch {
    return 'system'
  }
}

effect(() => {
  const { value } = theme
  const { dataset } = document.documentElement
  if (value === 'system') delete dataset.theme
  else dataset.theme = value
  try {
    localStorage.setItem(key, value)
  } catch {
    // Nothing depends on it.
  }
})

/** The switch. */
export function ThemeSwitch() {
  return (
    <label class="theme">
      <span>Theme</span>
      <select
        value={theme.value}
        onChange={event => {
          theme.value = event.currentTarget.value as Theme
        }}
      >
        {themes.map(one => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  )
}
