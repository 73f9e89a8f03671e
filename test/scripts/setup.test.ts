import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

// A checkout with one source file, and stand-ins for npm and tsc that note each call: what is tested is when they run.
let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sonda-setup-'))
  mkdirSync(join(root, 'scripts'))
  cpSync('scripts/setup.mjs', join(root, 'scripts/setup.mjs'))
  write('.node-version', '24.0.0\n')
  write('package-lock.json', lock({ a: '1.0.0' }))
  write('tsconfig.json', '{}')
  write('tsconfig.build.json', '{}')
  write('src/main/api.ts', 'first')
  writeProgram('tools/npm', `${note('npm')}\n[ "$npm_config_cache" != broken ] || exit 7\n${fakeInstall}`)
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

test('a clean checkout is installed and compiled, and the second run does neither', () => {
  expect(setup()).toMatchObject({ status: 0 })
  expect(calls()).toEqual(['npm', 'tsc'])
  expect(setup()).toMatchObject({ status: 0, output: '' })
  expect(calls()).toEqual(['npm', 'tsc'])
})

test('a changed lock file, an interrupted installation and a Node that does not run are installed over', () => {
  setup()
  write('package-lock.json', lock({ a: '1.0.1' }))
  setup()
  expect(calls().slice(2)).toEqual(['npm', 'tsc'])
  rmSync(join(root, 'node_modules/.package-lock.json'))
  setup()
  expect(calls().slice(4)).toEqual(['npm'])
  writeProgram('node_modules/.bin/node', 'exit 126')
  setup()
  expect(calls().slice(5)).toEqual(['npm'])
})

test('packages for other platforms may be absent', () => {
  setup()
  write('package-lock.json', lock({ a: '1.0.0', elsewhere: '1.0.0' }, ['elsewhere']))
  setup()
  expect(calls().filter((name) => name === 'npm')).toHaveLength(1)
})

test('an edited source is compiled again, and a deleted one leaves nothing compiled behind', () => {
  setup()
  write('dist/main/api.js', 'compiled')
  write('src/main/api.ts', 'a longer text')
  setup()
  expect(calls().slice(2)).toEqual(['tsc'])
  expect(existsSync(join(root, 'dist/main/api.js'))).toBe(true)
  rmSync(join(root, 'src/main/api.ts'))
  setup()
  expect(calls().slice(3)).toEqual(['tsc'])
  expect(existsSync(join(root, 'dist/main/api.js'))).toBe(false)
})

test('a failed compilation ends with exit code 1 and is tried again', () => {
  setup()
  write('src/main/api.ts', 'a longer text')
  writeProgram('node_modules/.bin/tsc', `${note('tsc')}\necho 'api.ts: wrong'\nexit 2`)
  for (let run = 0; run < 2; run++) {
    const { status, output } = setup()
    expect(status).toBe(1)
    expect(output).toContain('api.ts: wrong')
  }
  expect(calls().slice(2)).toEqual(['tsc', 'tsc'])
})

test('a failed installation ends with exit code 1, and a machine without npm is told what is missing', () => {
  expect(setup({ npm_config_cache: 'broken' })).toMatchObject({ status: 1 })
  const { status, output } = setup({ PATH: join(root, 'no-tools') })
  expect(status).toBe(1)
  expect(output).toContain('npm was not found')
})

test('the Node that is about to be replaced is not the one that installs', () => {
  writeProgram('node_modules/.bin/npm', note('the old npm'))
  setup({ PATH: `${join(root, 'node_modules/.bin')}:${toolPath()}` })
  expect(calls()).toEqual(['npm', 'tsc'])
})

test('two runs at once install once, and a lock of a process that is gone does not count', async () => {
  write('dist/.setup-lock', '4194305') // above the largest pid that Linux gives
  writeProgram('tools/npm', `${note('npm')}\nsleep 0.3\n${fakeInstall}`)
  const runs = [start(), start()]
  const codes = await Promise.all(runs.map(async (run) => (await once(run, 'exit'))[0]))
  expect(codes).toEqual([0, 0])
  expect(calls()).toEqual(['npm', 'tsc'])
  expect(existsSync(join(root, 'dist/.setup-lock'))).toBe(false)
})

const fakeInstall = `mkdir -p node_modules/.bin
printf '#!/bin/sh\\necho v24.0.0\\n' > node_modules/.bin/node
printf '#!/bin/sh\\necho tsc >> calls\\n' > node_modules/.bin/tsc
chmod +x node_modules/.bin/*
cp package-lock.json node_modules/.package-lock.json`

const note = (name: string) => `echo ${name} >> calls`
const calls = () => readFileSync(join(root, 'calls'), 'utf8').trim().split('\n')

function lock(versions: Record<string, string>, optional: string[] = []): string {
  const packages = Object.entries(versions).map(([name, version]) => [
    `node_modules/${name}`,
    { version, optional: optional.includes(name) || undefined },
  ])
  return JSON.stringify({ packages: { '': {}, ...Object.fromEntries(packages) } })
}

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}

function writeProgram(path: string, script: string): void {
  write(path, `#!/bin/sh\n${script}\n`)
  chmodSync(join(root, path), 0o755)
}

const toolPath = () => `${join(root, 'tools')}:/usr/bin:/bin`
const environment = (env: object) => ({ PATH: toolPath(), HOME: root, ...env })

function setup(env: object = {}): { status: number | null; output: string } {
  const ended = spawnSync(process.execPath, ['scripts/setup.mjs'], {
    cwd: root,
    env: environment(env),
    encoding: 'utf8',
  })
  return { status: ended.status, output: ended.stdout + ended.stderr }
}

const start = () => spawn(process.execPath, ['scripts/setup.mjs'], { cwd: root, env: environment({}), stdio: 'ignore' })
