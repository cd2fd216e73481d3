/** What the page opens by itself: the model that `deeptaylor lab MODEL` serves, or the embedded example. */

import { servedModel } from './address.ts'
import { addressOf } from './address-of.ts'
import { openExample } from './example.ts'
import { inTurn, openNow } from './open-files.ts'

/** Opens it. */
export function start(): Promise<void> {
  const name = servedModel()
  return inTurn(() => (name === undefined ? openExample() : openServed(name)))
}

/** The served files come as if they had been dropped, and the embedded pictures wait for others in their place. */
async function openServed(name: string): Promise<void> {
  const response = await fetch(addressOf('model/files.json'))
  if (!response.ok)
    throw new Error(`This server has no model ${name}: start it as deeptaylor lab ${name}, or drop the file`)
  const names = (await response.json()) as readonly string[]
  const files = await Promise.all(
    names.map(async one => {
      const bytes = await (await fetch(addressOf(`model/${encodeURIComponent(one)}`))).blob()
      return new File([bytes], one)
    }),
  )
  await openNow(files)
}
