/** The view that is open; its module is loaded when it is first looked at. */

import { effect, signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { report } from '../state/activity.ts'
import { setting } from '../state/settings.ts'
import { views } from '../views.ts'

const view = setting('view')
const loaded = signal<Readonly<Record<string, ComponentType>>>({})

effect(() => {
  const row = views.find(({ id }) => id === view.value)
  if (!row || loaded.peek()[row.id]) return
  row.load().then(component => {
    loaded.value = { ...loaded.peek(), [row.id]: component }
  }, report)
})

/** The open view. */
export function ViewFrame() {
  const View = loaded.value[view.value]
  return View ? <View /> : <p class="loading">Loading…</p>
}
