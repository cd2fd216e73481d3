/** A view as a file: the settings, which model they were made with, and, if asked, the picture that was looked at. */

import { notice } from './activity.ts'
import { showExample } from './example.ts'
import { addInputs, input, newInputId } from './inputs.ts'
import { readSettings, writeSettings } from './link.ts'
import { model } from './model.ts'
import { checkPicture } from './picture-size.ts'
import { settings } from './settings.ts'

/** What the file holds. */
interface SavedState {
  readonly deeptaylor: 'lab-state-1'
  readonly model: string
  readonly isExample: boolean
  readonly settings: Readonly<Record<string, string>>
  /** The picture, as base64. */
  readonly picture?: { readonly name: string; readonly type: string; readonly bytes: string }
}

const mark = 'lab-state-1'

/** Whether a text is such a file. */
export function isSavedState(text: string): boolean {
  return (
    text.trimStart().startsWith(`{\n  "deeptaylor": "${mark}"`) ||
    text.trimStart().startsWith(`{"deeptaylor":"${mark}"`)
  )
}

/** The file's text. */
export async function savedState({ withPicture }: { readonly withPicture: boolean }): Promise<string> {
  const open = model.peek()
  const looked = input.peek()
  const bytes = withPicture && looked?.kind === 'picture' && typeof looked.bytes !== 'string' ? looked.bytes : undefined
  const state: SavedState = {
    deeptaylor: mark,
    model: open?.facts.name ?? '',
    isExample: open?.isExample ?? false,
    settings: writeSettings(settings.peek()),
    ...(bytes && looked && { picture: { name: looked.name, type: bytes.type, bytes: await base64(bytes) } }),
  }
  return `${JSON.stringify(state, null, 2)}\n`
}

/** Brings a view back, for the model that is open. */
export async function restoreFile(text: string): Promise<void> {
  const state = readState(text)
  const { settings: restored, refused } = readSettings(state.settings)
  const { picture } = state
  const file = picture && fileOf(picture)
  if (file) await checkPicture(file)
  if (!state.isExample && model.peek()?.facts.name !== state.model) {
    throw new Error(`The state was saved with the model ${state.model}: drop both together`)
  }
  if (state.isExample) await showExample(restored)
  else settings.value = { ...restored, example: '' }
  if (file) addInputs([{ kind: 'picture', id: newInputId(), name: file.name, bytes: file, isExample: false }])
  const left = refused.length > 0 ? ` But there is not what it asks for: ${refused.join(', ')}.` : ''
  notice.value = `The state that was saved with ${state.model} is back.${left}`
}

function readState(text: string): SavedState {
  const state = JSON.parse(text) as Partial<SavedState>
  const isText = (one: unknown) => typeof one === 'string'
  const areTexts = (one: object | undefined) => one !== undefined && Object.values(one).every(isText)
  const { picture } = state
  const isWhole = isText(state.model) && areTexts(state.settings) && (picture === undefined || areTexts(picture))
  if (!isWhole) throw new Error('The state file is damaged: what it should hold is missing')
  return state as SavedState
}

async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer())
  let text = ''
  // In pieces: an argument list of millions would overflow the stack.
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

function fileOf({ name, bytes, type }: NonNullable<SavedState['picture']>): File {
  return new File([Uint8Array.from(atob(bytes), char => char.charCodeAt(0))], name, { type })
}
