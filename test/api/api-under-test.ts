import type { AuthOptions } from '../../src/api/access/auth.ts'
import { type AppContext, createApp } from '../../src/api/app.ts'
import type { LlmSettings } from '../../src/api/llm-spending.ts'
import type { Pool } from '../../src/db/connect.ts'
import { postgres } from '../../src/db/driver.ts'
import { kinds } from '../../src/kinds/registry.ts'
import { createHints } from '../../src/queue/hints.ts'

/** A pool to a port where nobody listens: for what must not, or cannot, reach a database. */
export const nowhere = (): Pool =>
  postgres('postgres://nobody@127.0.0.1:1/none', { max: 1, backoff: () => 0.01, onnotice: () => {} })

const silent = { debug() {}, info() {}, warn() {}, child: () => silent }

/** The API without a socket. `logged` gets what it logs as an error, which no request may cause. */
export function apiUnderTest(
  pool: Pool,
  authOptions: Partial<AuthOptions> = {},
  llm?: LlmSettings,
  options: Partial<AppContext> = {},
) {
  const logged: object[] = []
  const log = { ...silent, child: () => log, error: (fields: object) => void logged.push(fields) }
  const app = createApp(
    { pool, hints: createHints(pool, false), kinds, llm, log, ...options },
    { tokens: [], allowAnonymous: true, remoteAddress: () => '127.0.0.1', ...authOptions },
  )
  return {
    app,
    logged,
    get: async (path: string, headers: Record<string, string> = {}) => answerOf(await app.request(path, { headers })),
    /** `body` goes as JSON; text and bytes go as they are. */
    post: async (path: string, body: unknown, headers: Record<string, string> = {}) => {
      const isRaw = typeof body === 'string' || body instanceof Uint8Array
      return answerOf(
        await app.request(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: isRaw ? (body as string) : JSON.stringify(body),
        }),
      )
    },
  }
}

export type ApiUnderTest = ReturnType<typeof apiUnderTest>

async function answerOf(response: Response) {
  // biome-ignore lint/suspicious/noExplicitAny: the tests say what they expect of it.
  const body = (await response.json()) as any
  return { status: response.status, headers: response.headers, body }
}
