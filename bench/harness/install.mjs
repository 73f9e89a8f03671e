import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const dir = fileURLToPath(new URL('../', import.meta.url))

/** Installs what bench/package-lock.json names, unless that is what is there. No package's script is run. */
export function install() {
  const wanted = packagesIn('package-lock.json')
  const present = packagesIn('node_modules/.package-lock.json')
  const isPresent = ([path, { version, optional }]) =>
    path === '' || (present[path] ? present[path].version === version : optional)
  if (Object.entries(wanted).every(isPresent)) return
  console.log('Installing the queues to measure against …')
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error']
  const { status, error } = spawnSync('npm', args, { cwd: dir, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error(`npm ci in ${dir} failed${error ? `: ${error.message}` : ''}`)
}

function packagesIn(path) {
  try {
    return JSON.parse(readFileSync(`${dir}${path}`, 'utf8')).packages
  } catch {
    return {}
  }
}
