/** The house rules that no linter knows: which folder may import which, and what must stay equal. */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { measuresPage } from '../scripts/measures.ts'
import { operatorsPage } from '../scripts/operators.ts'
import { version } from '../src/core/version.ts'

const root = join(import.meta.dirname, '..')
const source = join(root, 'src')

/** What each folder of src/ may import, besides itself. */
const faces: Readonly<Record<string, readonly string[]>> = {
  core: [],
  runtime: ['core'],
  inputs: ['core', 'runtime'],
  render: ['core', 'runtime', 'inputs'],
  explainer: ['core', 'runtime', 'inputs'],
  evaluate: ['core', 'runtime', 'inputs', 'render', 'explainer'],
  cli: ['core', 'runtime', 'inputs', 'render', 'explainer', 'evaluate'],
}

/** The package's faces in Node and in the browser: names only. */
const entries = ['index.ts', 'portable.ts', 'web.ts']

/** The core is bytes in, bytes out: nothing of Node, and of packages only the protobuf runtime. */
const corePackages = ['@bufbuild/protobuf', '@bufbuild/protobuf/codegenv2']

/** What measures draw random numbers with. */
const randomPackages = ['pure-rand/distribution/uniformFloat64', 'pure-rand/generator/xoroshiro128plus']

interface Import {
  readonly from: string
  readonly to: string
  /** Whether it is loaded with the file: no type, and not imported when it is needed. */
  readonly isLoaded: boolean
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(file, 'utf8')
  const names = [
    ...text.matchAll(/(?:^|\n)(?:import|export)\b[^'"]*?from ['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/g),
  ]
  return names.map(match => {
    const name = (match[1] ?? match[2]) as string
    const to = name.startsWith('.')
      ? relative(source, resolve(dirname(file), name))
          .split(sep)
          .join('/')
      : name
    const isLoaded = match[1] !== undefined && !/^\n?(import|export) type\b/.test(match[0])
    return { from: relative(source, file).split(sep).join('/'), to, isLoaded }
  })
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.endsWith('.d.ts'))
  .map(file => join(source, file))
const imports = files.flatMap(importsOf)
const isOwn = ({ to }: Import) => to.endsWith('.ts')
const phaseOf = (path: string) => /^core\/(\d)-/.exec(path)?.[1]

describe('imports go one way', () => {
  it('finds imports at all', () => {
    expect(imports.length).toBeGreaterThan(200)
    expect(new Set(imports.map(i => i.from.split('/')[0]))).toEqual(new Set([...entries, ...Object.keys(faces)]))
  })

  it('between phases of the core: n imports ≤ n', () => {
    const wrong = imports.filter(({ from, to }) => {
      const [own, other] = [phaseOf(from), phaseOf(to)]
      return own !== undefined && other !== undefined && other > own
    })
    expect(wrong).toEqual([])
  })

  it('from the phases to the pipeline never', () => {
    const pipeline = ['core/compile.ts', 'core/index.ts']
    expect(imports.filter(({ from, to }) => phaseOf(from) && pipeline.includes(to))).toEqual([])
  })

  it('between faces', () => {
    const wrong = imports.filter(isOwn).filter(({ from, to }) => {
      const [own, other] = [from.split('/')[0] as string, to.split('/')[0] as string]
      return own !== other && !entries.includes(own) && !faces[own]?.includes(other)
    })
    expect(wrong).toEqual([])
  })

  it('from the core to nothing but protobuf', () => {
    const foreign = imports.filter(i => !isOwn(i) && i.from.startsWith('core/') && !corePackages.includes(i.to))
    expect(foreign).toEqual([])
  })
})

describe('the browser', () => {
  /** What `deeptaylor/web` loads: what is imported when it is needed is not loaded before. */
  const loaded = new Set<string>()
  const load = (file: string): void => {
    if (loaded.has(file)) return
    loaded.add(file)
    for (const { to } of imports.filter(i => i.from === file && i.isLoaded && isOwn(i))) load(to)
  }
  load('web.ts')

  it('is given nothing of Node, nor packages that only Node can load', () => {
    const packages = imports.filter(i => loaded.has(i.from) && i.isLoaded && !isOwn(i)).map(i => i.to)
    expect(new Set(packages)).toEqual(new Set([...corePackages, 'fastest-levenshtein', ...randomPackages]))
    expect([...loaded]).not.toContain('runtime/node.ts')
    expect([...loaded]).toContain('explainer/explainer.ts')
  })
})

describe('one truth', () => {
  it('of the version', () => {
    expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version).toBe(version)
  })

  it('of dependencies: exact versions', () => {
    const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    )
    for (const range of Object.values({ ...dependencies, ...optionalDependencies, ...devDependencies })) {
      expect(range).toMatch(/^\d+\.\d+\.\d+$/)
    }
  })

  it('of file size: no file grows past what one idea needs', () => {
    const long = files.filter(
      file => !file.includes('generated') && readFileSync(file, 'utf8').split('\n').length > 350,
    )
    expect(long).toEqual([])
  })
})

describe('pages that are generated', () => {
  it('docs/operators.md says what the table says', async () => {
    expect(readFileSync(join(root, 'docs/operators.md'), 'utf8')).toBe(await operatorsPage())
  })

  it('docs/measures.md says what the measures say', () => {
    expect(readFileSync(join(root, 'docs/measures.md'), 'utf8')).toBe(measuresPage())
  })
})
