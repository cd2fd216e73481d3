/** The scene, and what the worker says of it: one question at a time, always about the newest scene. */

import { effect, signal } from '@preact/signals'
import { ask } from '../../lab.ts'
import { report } from '../../state/activity.ts'
import { change, setting, settings } from '../../state/settings.ts'
import type { NeuronResult } from '../../worker/protocol.ts'
import { changed, readScene, type Scene, writeScene } from './scene.ts'

/** What is asked about. */
export const scene = signal<Scene>(readScene(settings.peek().neuron))

/** What is drawn: a scene with its answer, so that roots never lag behind their hinge; without one while the worker is busy. */
export const drawn = signal<{ readonly scene: Scene; readonly result: NeuronResult | undefined }>({
  scene: scene.peek(),
  result: undefined,
})

/** Changes the scene. */
export function move(some: Partial<Scene>): void {
  scene.value = changed(scene.peek(), some)
}

/** Milliseconds that an answer may take before the figure goes on without its roots. */
const patience = 100
/** Milliseconds of rest before the settings are told. */
const rest = 300

const stored = setting('neuron')
let answered: Scene | undefined
let isAsking = false

/** Begins to answer; returns what ends it. */
export function watchScene(): () => void {
  const ends = [
    effect(() => {
      if (scene.value !== answered) void answer()
    }),
    effect(() => {
      const late = scene.value
      const timer = setTimeout(() => {
        if (answered !== late) drawn.value = { scene: late, result: undefined }
      }, patience)
      return () => clearTimeout(timer)
    }),
    effect(() => {
      const text = writeScene(scene.value)
      const timer = setTimeout(() => change({ neuron: text }), rest)
      return () => clearTimeout(timer)
    }),
    effect(() => {
      // A link or a file brought another scene.
      const text = stored.value
      if (text !== writeScene(scene.peek())) scene.value = readScene(text)
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}

async function answer(): Promise<void> {
  if (isAsking) return
  isAsking = true
  try {
    while (answered !== scene.peek()) {
      const given = scene.peek()
      const { chosen, hidden, ...asked } = given
      try {
        drawn.value = { scene: given, result: await ask('neuron', asked) }
      } finally {
        answered = given
      }
    }
  } catch (error) {
    report(error)
  } finally {
    isAsking = false
  }
}
