/** Layers, domains and rules of the open model under the chosen method: asked for while somebody looks. */

import { effect, signal } from '@preact/signals'
import type { ModelReport } from '../../../src/web.ts'
import { ask } from '../lab.ts'
import { report } from './activity.ts'
import { shown } from './explanation.ts'
import { superseded } from './inputs.ts'
import { model } from './model.ts'

/** What `inspect` says of the model under what is shown; undefined until it is asked. */
export const modelReport = signal<ModelReport | undefined>(undefined)

let lookers = 0
let stop: (() => void) | undefined
let known: string | undefined

/** Begins to keep the report up to date; the function that comes back ends it. A component calls it in an effect. */
export function watchLayers(): () => void {
  lookers++
  stop ??= effect(() => {
    const request = shown.value?.request
    if (!request || request.model !== model.value?.id) {
      known = undefined
      modelReport.value = undefined
      return
    }
    const key = JSON.stringify(request)
    if (key === known) return
    const controller = new AbortController()
    ask('inspect', request, { signal: controller.signal }).then(
      found => {
        if (controller.signal.aborted) return
        known = key
        modelReport.value = found
      },
      error => {
        if (!controller.signal.aborted) report(error)
      },
    )
    return () => controller.abort(superseded)
  })
  return () => {
    lookers--
    if (lookers > 0) return
    stop?.()
    stop = undefined
  }
}
