import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Failure } from '../../errors.ts'
import { packagedChromium } from './packaged-chromium.ts'

/** A program that can be started, and what it needs in its environment. */
export type Chromium = { path: string; env: Record<string, string> }

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome-headless-shell',
  'chrome',
]
const folders = ['/usr/bin', '/usr/local/bin', '/opt/google/chrome', '/opt/chromium', '/usr/lib/chromium']
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/**
 * The Chromium to use: the given one, else the machine's (`searchPath` is a PATH; the usual places are looked at in any
 * case), else the one of the optional dependency, which is unpacked at its first use.
 * @throws Failure `BROWSER_UNAVAILABLE` that says what to do.
 */
export async function findChromium(given: string | undefined, searchPath = ''): Promise<Chromium> {
  if (given) {
    if (!isProgram(given)) throw new Failure('BROWSER_UNAVAILABLE', `CHROMIUM_PATH=${given} is not a program.`)
    return { path: given, env: {} }
  }
  const found = machineChromium(searchPath)
  if (found) return { path: found, env: {} }
  return packagedChromium()
}

/** The Chromium or Chrome that is installed on this machine, if any. */
export function machineChromium(searchPath = ''): string | undefined {
  const places = [...new Set([...searchPath.split(delimiter).filter(Boolean), ...folders])]
  const candidates = [...names.flatMap((name) => places.map((place) => join(place, name))), ...applications]
  return candidates.find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
