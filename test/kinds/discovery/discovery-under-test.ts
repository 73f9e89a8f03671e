import { randomUUID } from 'node:crypto'
import type postgres from 'postgres'
import { parseConfig } from '../../../src/config.ts'
import { type DiscoveryInput, discovery } from '../../../src/kinds/discovery/discovery.ts'
import type { DiscoveryResult } from '../../../src/kinds/discovery/discovery-result.ts'
import type { Services } from '../../../src/kinds/services.ts'
import { createLog } from '../../../src/log.ts'
import { createServices } from '../../../src/main/services.ts'

/** How one try at a discovery is to be run; `jobId` where several tries are one job's. */
export type TryOptions = { jobId?: string; isLastTry?: boolean; signal?: AbortSignal; services?: Partial<Services> }

/**
 * The handler with the services of a worker, built from settings. A try runs as the worker runs one: what it brings is
 * stored in a transaction, and a failure is thrown.
 */
export async function discoveryUnderTest(sql: postgres.Sql, env: Record<string, string>) {
  const log = createLog('silent', {})
  const { services, close } = await createServices(parseConfig(env), sql, () => 'worker', log)
  const handler = await discovery.loadHandler()

  async function tryOnce(
    input: Record<string, unknown>,
    {
      jobId = randomUUID(),
      isLastTry = false,
      signal = new AbortController().signal,
      services: others = {},
    }: TryOptions = {},
  ): Promise<DiscoveryResult & { enqueued: string[] }> {
    const parsed: DiscoveryInput = discovery.input.parse(input)
    const { result, write } = await handler(parsed, {
      jobId,
      owner: '',
      isLastTry,
      signal,
      progress() {},
      sql,
      services: { ...services, ...others },
      log,
    })
    const kinds = await sql.begin((tx) => write!(tx))
    return { ...(result as DiscoveryResult), enqueued: kinds.map(({ name }) => name) }
  }

  return { tryOnce, close }
}

export type DiscoveryUnderTest = Awaited<ReturnType<typeof discoveryUnderTest>>
