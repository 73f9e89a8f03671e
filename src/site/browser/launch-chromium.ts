import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { Failure } from '../../errors.ts'
import { chromiumFlags } from './chromium-flags.ts'
import type { Chromium } from './find-chromium.ts'
import { pipeTransport } from './pipe-transport.ts'
import { memoryOfGroupMb, pidsOfGroup } from './process-group.ts'
import { startWatchdog } from './watchdog.ts'

export type RunningChromium = {
  browser: Browser
  /** The main process and all below it; none for one that runs elsewhere. */
  pids(): number[]
  memoryMb(): number
  isGone(): boolean
  /** Ends it at once, whatever it does, and resolves when neither a process nor a file of it is left. */
  end(): Promise<void>
}

const startDeadlineMs = 30_000

/**
 * Starts Chromium with a new profile, steered through a pipe, so that no port is open to other users of the machine. All
 * of its files are in one folder, which goes with it. It gets nothing of our environment.
 * @param proxyUrl What it reaches the network through.
 * @throws Failure `BROWSER_UNAVAILABLE` with its last words.
 */
export async function launchChromium(
  program: Chromium,
  options: { proxyUrl: string; userAgent: string; isSandboxed: boolean },
): Promise<RunningChromium> {
  const folder = mkdtempSync(join(tmpdir(), 'sonda-browser-'))
  const watchdog = startWatchdog(folder)
  const child = spawn(program.path, chromiumFlags({ ...options, profileDir: join(folder, 'profile') }), {
    cwd: folder,
    env: { ...environmentIn(folder), ...program.env },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  })
  if (child.pid) watchdog.watch(child.pid)
  // A browser that dies can break any of its pipes, and an error that nobody hears would end this process.
  for (const stream of child.stdio) stream?.on('error', () => {})
  let lastWords = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-2_000)
  })
  // 'exit', not 'close': whatever is left of its group may hold its pipes open.
  const ended = new Promise<void>((done) => {
    child.once('exit', () => done())
    child.once('error', (error) => {
      lastWords += error.message
      done()
    })
  })
  const onExit = () => killGroup(child)
  process.on('exit', onExit)

  let ending: Promise<void> | undefined
  const end = () => {
    ending ??= (async () => {
      killGroup(child)
      await ended
      killGroup(child) // those that it started while it was being killed
      child.stdio.forEach((stream) => {
        stream?.destroy()
      })
      process.off('exit', onExit)
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
      watchdog.dismiss()
    })()
    return ending
  }

  try {
    const { chromium } = await import('playwright-core')
    const connecting = chromium.connectOverCDP(pipeTransport(child), {
      artifactsDir: join(folder, 'artifacts'),
      timeout: startDeadlineMs,
    })
    const browser = await Promise.race([connecting, ended.then(() => undefined)])
    if (!browser) {
      connecting.catch(() => {})
      throw new Error('it ended')
    }
    const groupId = child.pid!
    return {
      browser,
      pids: () => pidsOfGroup(groupId),
      memoryMb: () => memoryOfGroupMb(groupId),
      // The pipe often breaks before the system says that the process has ended.
      isGone: () => !browser.isConnected() || child.exitCode !== null || child.signalCode !== null,
      end,
    }
  } catch (error) {
    await end()
    const said = lastWords.trim().split('\n').slice(-4).join('\n')
    throw new Failure('BROWSER_UNAVAILABLE', `${program.path}: ${firstLine(error)}. ${said}`.trim(), { cause: error })
  }
}

const firstLine = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n')[0]

function killGroup({ pid }: ChildProcess): void {
  if (!pid) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // none is left
  }
}

const environmentIn = (folder: string) => ({
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: folder,
  TMPDIR: folder,
  XDG_CONFIG_HOME: folder,
  XDG_CACHE_HOME: folder,
  LANG: 'C.UTF-8',
  TZ: 'America/Sao_Paulo',
})
