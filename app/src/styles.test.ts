/** Views are loaded when they are opened, and their styles stay: a class that two views define would change the other's looks. */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

const views = join(import.meta.dirname, 'views')
/** Classes that a view gives a form of its own, by view. */
const classes = readdirSync(views, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.css'))
  .flatMap(file =>
    [...readFileSync(join(views, file), 'utf8').matchAll(/^\.([a-z][a-z0-9-]*) \{$/gm)].map(match => ({
      view: dirname(file),
      name: match[1] as string,
    })),
  )

it('no class belongs to two views', () => {
  expect(classes.length).toBeGreaterThan(100)
  const owners = new Map<string, Set<string>>()
  for (const { view, name } of classes) owners.set(name, (owners.get(name) ?? new Set()).add(view))
  expect([...owners].filter(([, of]) => of.size > 1).map(([name, of]) => `${name}: ${[...of].join(', ')}`)).toEqual([])
})
