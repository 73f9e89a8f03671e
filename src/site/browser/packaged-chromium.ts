import { spawn } from 'node:child_process'
import { existsSync, lstatSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure } from '../../errors.ts'
import type { Chromium } from './find-chromium.ts'

const packageName = '@sparticuz/chromium'
const unpackDeadlineMs = 120_000
/** The package unpacks into the system's temporary folder, at fixed names, and says where the program is. */
const unpackScript = `
  const { default: chromium } = await import(process.argv[1])
  chromium.setGraphicsMode = false
  await chromium.executablePath()
`

/**
 * The Chromium that a checkout installs (linux on x64), unpacked: 200 MB in the temporary folder, 2 to 3 s,
 * once per machine and version. A process of its own unpacks into a folder of its own, which is renamed when it is whole:
 * by itself the package would take another process's half-written file for the program, or anybody's /tmp/chromium.
 * @throws Failure `BROWSER_UNAVAILABLE`
 */
export async function packagedChromium(): Promise<Chromium> {
  const entry = packageEntry()
  if (!entry || process.platform !== 'linux' || process.arch !== 'x64') {
    const why = entry ? `${packageName} is for linux on x64 only` : `${packageName} is not installed`
    throw new Failure(
      'BROWSER_UNAVAILABLE',
      `No Chromium was found, and ${why}. Install Chromium or set CHROMIUM_PATH or BROWSER_WS_URL.`,
    )
  }
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8')) as {
    version: string
  }
  const folder = join(tmpdir(), `sonda-chromium-${version}-${process.getuid?.() ?? 0}`)
  if (!isOurs(folder)) await unpack(entry, folder)
  return { path: join(folder, 'chromium'), env: fontsOf(folder) }
}

function packageEntry(): string | undefined {
  try {
    return fileURLToPath(import.meta.resolve(packageName))
  } catch {
    return undefined
  }
}

/** Whether it is a whole one that this user has unpacked: others can write to the temporary folder as well. */
function isOurs(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false })
  if (!stat) return false
  if (stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0) {
    return existsSync(join(folder, 'chromium'))
  }
  throw new Failure('BROWSER_UNAVAILABLE', `${folder} belongs to somebody else. Delete it, or set CHROMIUM_PATH.`)
}

async function unpack(entry: string, folder: string): Promise<void> {
  const halfWritten = mkdtempSync(`${folder}-`)
  try {
    await new Promise<void>((done, fail) => {
      let said = ''
      const child = spawn(process.execPath, ['--input-type=module', '-e', unpackScript, entry], {
        env: { TMPDIR: halfWritten },
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout: unpackDeadlineMs,
      })
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-2_000)
      })
      child.on('error', fail)
      child.on('close', (code) => (code === 0 ? done() : fail(new Error(said.trim() || `it ended with ${code}`))))
    })
    renameSync(halfWritten, folder)
  } catch (error) {
    rmSync(halfWritten, { recursive: true, force: true })
    if (isOurs(folder)) return // another process was faster, and its folder is not empty
    throw new Failure('BROWSER_UNAVAILABLE', `${packageName} could not be unpacked: ${(error as Error).message}.`, {
      cause: error,
    })
  }
}

/** Chromium ends itself when it finds no font at all, so a machine without any takes those of the package. */
function fontsOf(folder: string): Record<string, string> {
  const hasOwn = existsSync('/etc/fonts/fonts.conf')
  return hasOwn ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') }
}
