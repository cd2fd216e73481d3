/** The table of views: a view is a row here and a module that is loaded when it is first opened. */

import type { ComponentType } from 'preact'

/** A view. */
export interface ViewRow {
  /** Its name in links. */
  readonly id: string
  /** Its name on the page. */
  readonly title: string
  readonly load: () => Promise<ComponentType>
}

/** All of them, in the order of the header. */
export const views: readonly ViewRow[] = [
  { id: 'explain', title: 'Explain', load: async () => (await import('./views/explain/explain-view.tsx')).ExplainView },
  { id: 'network', title: 'Network', load: async () => (await import('./views/network/network-view.tsx')).NetworkView },
  {
    id: 'roots',
    title: 'Root points',
    load: async () => (await import('./views/roots/roots-view.tsx')).RootsView,
  },
  { id: 'compare', title: 'Compare', load: async () => (await import('./views/compare/compare-view.tsx')).CompareView },
]
