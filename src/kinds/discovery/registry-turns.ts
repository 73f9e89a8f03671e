import { setTimeout as wait } from 'node:timers/promises'
import type { RegistryTurns } from '../../cnpj/registry.ts'
import type { Pool } from '../../db/connect.ts'
import { run } from '../../db/queries.ts'
import type { Log } from '../../log.ts'

/** A job holds a slot while it waits. What takes longer, it waits for in the queue. */
const defaultPatienceMs = 5_000
/** How far ahead jobs are told to come back. A snooze lasts an hour at most, of which a host's pause may be half. */
const horizonMs = 30 * 60_000
/** Jobs that wait for a host without a limit come back so far apart. */
const leastSpacingMs = 50

/**
 * Turns at the registries, held over the whole fleet by a row per host (`registry_hosts`): a call takes the host's next
 * free moment, in one statement, and waits for it here. A host without a limit is only looked at for a pause.
 */
export function createRegistryTurns(
  pool: Pool,
  { patienceMs = defaultPatienceMs, log }: { patienceMs?: number; log: Log },
): RegistryTurns {
  async function pauseOf(host: string): Promise<number> {
    const [row] = await run<{ pause_ms: number }>(pool, 'registry_find_pause', [host])
    return Math.max(0, row?.pause_ms ?? 0)
  }

  return {
    async take({ host, spacingMs }, { signal }) {
      if (spacingMs === 0) {
        const pauseMs = await pauseOf(host)
        if (pauseMs > patienceMs) return false
        if (pauseMs > 0) await waitFor(pauseMs, signal)
        return true
      }
      const [turn] = await run<{ wait_ms: number }>(pool, 'registry_take_turn', [host, spacingMs, patienceMs])
      if (!turn) return false
      if (turn.wait_ms <= 0) return true
      await waitFor(turn.wait_ms, signal)
      // Somebody who asked meanwhile may have been told to stop.
      return (await pauseOf(host)) === 0
    },
    async pause(host, pauseMs) {
      try {
        await run(pool, 'registry_pause', [host, pauseMs])
      } catch (error) {
        log.warn({ host, error: (error as Error).message }, 'pause of a registry not shared')
      }
    },
    async queueUp(sources) {
      const [line] = await run<{ wait_ms: number }>(pool, 'registry_queue_up', [
        sources.map(({ host }) => host),
        sources.map(({ spacingMs }) => Math.max(leastSpacingMs, spacingMs)),
        horizonMs,
      ])
      return Math.max(0, line?.wait_ms ?? 0)
    },
  }
}

async function waitFor(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(delayMs, undefined, { signal })
  } catch {
    throw signal.reason
  }
}
