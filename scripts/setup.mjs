// Makes a checkout ready to run: installs what package-lock.json names, and compiles src/ into dist/.
// `npm start`, `npm test`, `npm run demo` and `npm run check` run it first. When there is nothing to do it says nothing
// and takes a fraction of a second. It must work on Node 20 with nothing installed: it brings the Node that the rest needs.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const binDir = join(root, 'node_modules/.bin')
const dist = join(root, 'dist')
const builtStamp = join(dist, '.built')
const lockFile = join(dist, '.setup-lock')
const staleLockMs = 15 * 60_000

if (!isInstalled() || !isBuilt(sources())) {
  const release = takeLock()
  try {
    if (!isInstalled()) install()
    const found = sources()
    if (!isBuilt(found)) build(found)
  } finally {
    release()
  }
}

/**
 * Whether node_modules holds what package-lock.json says. npm writes node_modules/.package-lock.json when an installation
 * is complete, so an interrupted one does not count, and one that somebody made by hand does. Optional packages may be
 * absent: most are for other platforms.
 */
function isInstalled() {
  const wanted = readJson('package-lock.json')?.packages
  const present = readJson('node_modules/.package-lock.json')?.packages
  if (!wanted) fail('package-lock.json is missing or cannot be read.')
  if (!present) return false
  const isPresent = ([path, { version, optional }]) =>
    path === '' || (present[path] ? present[path].version === version : optional)
  return Object.entries(wanted).every(isPresent) && reportsPinnedVersion()
}

function reportsPinnedVersion() {
  const said = spawnSync(join(binDir, 'node'), ['--version'], { encoding: 'utf8' }).stdout
  return said?.trim() === `v${pinnedVersion()}`
}

function install() {
  const flags = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error']
  // Under NODE_ENV=production npm would leave out the compiler.
  flags.push('--include=dev', '--include=optional')
  step('Installing what package-lock.json names (a minute or so, once)', () => run('npm', ['ci', ...flags], npmEnv()))
  if (!reportsPinnedVersion()) {
    fail(
      `Node ${pinnedVersion()} was installed but does not run on this machine (${process.platform}-${process.arch}).`,
    )
  }
}

/** The environment of npm: without the Node that it is about to replace, and with a cache that it can write to. */
function npmEnv() {
  const path = (process.env.PATH ?? '').split(delimiter).filter((dir) => !/[\\/]node_modules[\\/]\.bin$/.test(dir))
  const env = { ...process.env, PATH: path.join(delimiter) }
  if (hasWritableCache()) return env
  const cache = fs.mkdtempSync(join(tmpdir(), 'sonda-npm-'))
  process.on('exit', () => fs.rmSync(cache, { recursive: true, force: true }))
  return { ...env, npm_config_cache: cache }
}

function hasWritableCache() {
  try {
    const cache = process.env.npm_config_cache || join(homedir(), '.npm')
    fs.mkdirSync(cache, { recursive: true })
    fs.accessSync(cache, fs.constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** What the compiled files depend on: every source file, by name, size and time. */
function sources() {
  const names = fs.readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  const inputs = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'].map((name) => join(root, name))
  const facts = [...files, ...inputs].sort().map((file) => {
    const { size, mtimeMs } = fs.statSync(file)
    return `${file} ${size} ${mtimeMs}`
  })
  return { names: digest(files.sort()), content: digest(facts) }
}

function isBuilt(found) {
  const built = readJson('dist/.built')
  return built?.content === found.content && built.names === found.names
}

function build(found) {
  // A deleted source file must not live on as a compiled one.
  if (readJson('dist/.built')?.names !== found.names) emptyDist()
  fs.rmSync(builtStamp, { force: true })
  const env = { ...process.env, PATH: `${binDir}${delimiter}${process.env.PATH ?? ''}` }
  step('Compiling', () => run(join(binDir, 'tsc'), ['-p', 'tsconfig.build.json'], env))
  fs.writeFileSync(builtStamp, JSON.stringify(found))
}

function emptyDist() {
  for (const name of fs.readdirSync(dist)) {
    if (!name.startsWith('.setup-lock')) fs.rmSync(join(dist, name), { recursive: true, force: true })
  }
}

/** One setup at a time in a checkout: the others wait, and then find that there is nothing left to do. */
function takeLock() {
  fs.mkdirSync(dist, { recursive: true })
  for (let hasWaited = false; ; hasWaited = true) {
    try {
      fs.writeFileSync(lockFile, String(process.pid), { flag: 'wx' })
      const release = () => fs.rmSync(lockFile, { force: true })
      process.on('exit', release)
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1))
      return release
    } catch (error) {
      if (error.code !== 'EEXIST') fail(`${dist} cannot be written: ${error.message}.`)
    }
    if (isLockStale()) discardLock()
    else if (!hasWaited) console.log('Another run is setting this checkout up; waiting for it.')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  }
}

function isLockStale(path = lockFile) {
  try {
    const ageMs = Date.now() - fs.statSync(path).mtimeMs
    const pid = Number(fs.readFileSync(path, 'utf8'))
    if (pid) process.kill(pid, 0)
    return ageMs > (pid ? staleLockMs : 5000)
  } catch (error) {
    return error.code === 'ESRCH' // no such process; EPERM is another user's, ENOENT is a lock given back meanwhile
  }
}

// Another run may be doing the same: what was taken away is looked at again, and put back if it is in use.
function discardLock() {
  const aside = `${lockFile}.${process.pid}`
  try {
    fs.renameSync(lockFile, aside)
    if (!isLockStale(aside)) fs.linkSync(aside, lockFile)
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error
  }
  fs.rmSync(aside, { force: true })
}

function step(what, action) {
  const startedMs = Date.now()
  console.log(`${what} …`)
  action()
  console.log(`${what}: done in ${((Date.now() - startedMs) / 1000).toFixed(1)} s.`)
}

function run(command, args, env) {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (error?.code === 'ENOENT') fail(`${command} was not found; install Node.js with npm (https://nodejs.org).`)
  if (error) fail(`${command} could not be run: ${error.message}.`)
  if (status !== 0) fail(`${basename(command)} ${args[0]} ended with ${signal ?? `exit code ${status}`}.`)
}

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

function pinnedVersion() {
  return fs.readFileSync(join(root, '.node-version'), 'utf8').trim()
}

function readJson(path) {
  try {
    return JSON.parse(fs.readFileSync(join(root, path), 'utf8'))
  } catch {
    return undefined
  }
}

function digest(lines) {
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}
