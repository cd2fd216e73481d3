/** Installs and builds what a fresh clone needs, once: the first line of every command that the README names. */

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamps = join(root, 'node_modules', '.deeptaylor')

/** Runs a command in the project's folder; ends this process when it fails. */
export function run(command, args, { quiet = false } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (result.status === 0) return
  if (quiet) process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`)
  process.exit(result.status ?? 1)
}

/** Installs the exact packages of the lock file, without install scripts, unless they are there. */
export function install() {
  once('install', ['package-lock.json'], () => {
    process.stderr.write('installing packages …\n')
    run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { quiet: true })
  })
}

/** Builds dist/ unless it is newer than every source. */
export function build() {
  install()
  const isThere = ['dist/cli/main.js', 'dist/lab/index.html'].every(file => existsSync(join(root, file)))
  if (!isThere) rmSync(join(stamps, 'build'), { force: true })
  once('build', ['package.json', 'tsdown.config.ts', 'src', 'app', 'examples'], () => {
    process.stderr.write('building …\n')
    run('npx', ['tsdown', '--logLevel', 'error'], { quiet: true })
    run('npx', ['vite', 'build', 'app', '--logLevel', 'error'], { quiet: true })
  })
}

/** Does `work` when the contents of `inputs` have changed since it last succeeded. */
function once(name, inputs, work) {
  const stamp = join(stamps, name)
  const wanted = digest(inputs)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  work()
  mkdirSync(stamps, { recursive: true })
  writeFileSync(stamp, wanted)
}

function digest(inputs) {
  const hash = createHash('sha256')
  for (const input of inputs) {
    const path = join(root, input)
    const files = existsSync(path) && !input.includes('.') ? readdirSync(path, { recursive: true }).sort() : ['']
    for (const file of files) {
      if (file !== '' && !/\.\w+$/.test(file)) continue
      hash.update(file).update(readFileSync(join(path, file)))
    }
  }
  return hash.digest('hex')
}
