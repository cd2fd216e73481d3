/** The page's address follows the settings, so that a reload, a bookmark or a copied link brings the view back. */

import { effect } from '@preact/signals'
import { notice } from './activity.ts'
import { fragmentOf, readFragment } from './link.ts'
import { defaults, type Settings, settings } from './settings.ts'

/** The settings in the address; of views, those that there are. What makes no sense is said. */
export function settingsInAddress(views: readonly { readonly id: string }[]): Settings {
  const { settings: read, refused } = readFragment(withoutModel(location.hash))
  const isView = views.some(({ id }) => id === read.view)
  if (refused.length > 0) notice.value = `The link asks for what there is not: ${refused.join(', ')}.`
  return isView ? read : { ...read, view: defaults.view }
}

/** The model that `deeptaylor lab MODEL` serves, by its name. */
export function servedModel(): string | undefined {
  return new URLSearchParams(location.hash.slice(1)).get('model') ?? undefined
}

function withoutModel(fragment: string): string {
  const all = new URLSearchParams(fragment.slice(1))
  all.delete('model')
  return all.toString()
}

/** The address of this view. */
export function linkTo(): string {
  const { href } = location
  const fragment = fragmentOf(settings.peek())
  return href.replace(/#.*$/, '') + (fragment && `#${fragment}`)
}

/** Begins to read the address when another link is opened in the same tab; call it once. */
export function watchLinks(views: readonly { readonly id: string }[], follow: (wanted: Settings) => void): void {
  addEventListener('hashchange', () => follow(settingsInAddress(views)))
}

/** Begins to write the address; call it once. Browsers refuse more than some changes a second. */
export function watchAddress(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const served = servedModel()
  return effect(() => {
    const all = new URLSearchParams(fragmentOf(settings.value))
    if (served !== undefined) all.set('model', served)
    clearTimeout(timer)
    timer = setTimeout(() => history.replaceState(null, '', all.size > 0 ? `#${all}` : location.pathname), 300)
  })
}
