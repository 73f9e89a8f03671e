import { type ChildProcess, fork } from 'node:child_process'
import type { Log } from '../log.ts'

/** A process that dies young is started again later and later; one that has lived this long starts afresh. */
const stableAfterMs = 60_000
/**
 * One that ends by itself, worn out, is replaced at once: when it says that it has run its jobs, which may take seconds, and
 * otherwise unless it did so too soon, as with a limit on its memory that is below what it needs.
 */
const wornOutAfterMs = 10_000
const firstRestartMs = 500
const mostRestartMs = 30_000

/** What a worker tells its supervisor before it ends because it has run as many jobs as it may. */
export const runItsJobs = { hasRunItsJobs: true } as const

export type Supervised = {
  /** The message that says it is up, the first time. Rejects when it ends before that: starting again would not help. */
  ready: Promise<unknown>
  /** SIGTERM now, SIGKILL after `graceMs`. Resolves when it is gone. */
  stop(graceMs: number): Promise<void>
  /** At once. */
  kill(): void
}

/**
 * Keeps one process of the fleet running. It leads a process group of its own: Ctrl-C in a terminal reaches only the
 * parent, which then stops the children in order. A child whose parent is gone stops by itself (its channel closes).
 */
export function supervise({
  name,
  module,
  args = [],
  env,
  log,
}: {
  name: string
  module: URL
  args?: string[]
  env: NodeJS.ProcessEnv
  log: Log
}): Supervised {
  let child: ChildProcess | undefined
  let isStopping = false
  let restartMs = firstRestartMs
  let timer: NodeJS.Timeout | undefined
  let onGone = () => {}
  const gone = new Promise<void>((resolve) => {
    onGone = resolve
  })

  const ready = new Promise<unknown>((resolve, reject) => {
    const start = (isFirst: boolean) => {
      const startedMs = performance.now()
      let isReady = false
      let hasRunItsJobs = false
      child = fork(module, args, { env, detached: true })
      child.once('message', (message) => {
        isReady = true
        resolve(message)
      })
      child.on('message', (message) => {
        hasRunItsJobs ||= (message as Partial<typeof runItsJobs> | null)?.hasRunItsJobs === true
      })
      child.once('error', (error) => log.error({ name, error: error.message }, 'process could not be started'))
      child.once('exit', (code, signal) => {
        child = undefined
        if (isStopping) return onGone()
        if (isFirst && !isReady) {
          onGone()
          return reject(new Error(`the ${name} ended before it was up (${signal ?? `exit code ${code}`})`))
        }
        const livedMs = performance.now() - startedMs
        if (code === 0 && (hasRunItsJobs || livedMs > wornOutAfterMs)) {
          log.info({ name }, 'process ended by itself; starting another')
          return start(false)
        }
        if (livedMs > stableAfterMs) restartMs = firstRestartMs
        log.error({ name, code, signal, restartMs }, 'process died; starting it again')
        timer = setTimeout(() => start(false), restartMs)
        restartMs = Math.min(restartMs * 2, mostRestartMs)
      })
    }
    start(true)
  })
  ready.catch(() => {})

  return {
    ready,
    async stop(graceMs) {
      isStopping = true
      clearTimeout(timer)
      if (!child) return
      child.kill('SIGTERM')
      const killer = setTimeout(() => child?.kill('SIGKILL'), graceMs)
      await gone
      clearTimeout(killer)
    },
    kill() {
      isStopping = true
      clearTimeout(timer)
      if (child) child.kill('SIGKILL')
    },
  }
}
