import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { z } from 'zod'
import type { Pool, Sql } from '../../db/connect.ts'
import { run } from '../../db/queries.ts'
import { callerOf } from '../access/caller.ts'
import { type ProblemCode, problem } from '../problem.ts'

/** What a request that has done something answers. The headers come again with a replay, as the body does. */
export type Answer = { status: 200 | 202; body: object; headers?: Record<string, string> }

/** What was done, and what is to follow once it is committed: hints to the workers, for example. */
export type Done = { answer: Answer; afterCommit?(): void }

/** The header, for a route's description. */
export const idempotencyHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/)
    .optional()
    .meta({
      description:
        'The same key with the same body gives the first answer again (with `Idempotency-Replayed: true`), within seven days. Such as `pedido-2026-000123`',
    }),
})

/** What comes with the answer to a request that is taken, for a route's description. */
export const acceptedHeaders = z.object({
  Location: z.string().openapi({ format: 'uri', description: 'The same as `status_url`' }),
  'Retry-After': z
    .string()
    .optional()
    .openapi({ type: 'integer', description: 'When to ask for it, in seconds; absent when it has ended' }),
  'Idempotency-Replayed': z
    .string()
    .optional()
    .openapi({
      enum: ['true'],
      description: 'The answer is that to an earlier request with the same `Idempotency-Key`',
    }),
})

/** How {@link withIdempotency} refuses, for a route's description. */
export const idempotencyRefusals = [
  'FIELD_INVALID',
  'IDEMPOTENCY_KEY_BUSY',
  'IDEMPOTENCY_KEY_REUSED',
] as const satisfies readonly ProblemCode[]

/** So long a request waits for another with the same key that is under way. */
const mostWaitSeconds = 10
/** Postgres: a lock was not given within `lock_timeout`. */
const lockNotAvailable = '55P03'

/** SHA-256 of a request's body, in hex. A body that is read as it comes: `createHash('sha256')` and `update`. */
export const bodyHashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/**
 * Does what a request asks for, once per `Idempotency-Key`: the same key of the same owner, with the same method, path
 * and body, gets the first answer again, byte for byte; with another, 422. Without a key `work` is simply done, on the
 * pool. With one it is done in the transaction that stores the key, and must do all its writing on the `sql` it is given;
 * what it throws undoes both, and what was refused before stores nothing.
 *
 * Two at the same time: the second waits for the first's commit, for ten seconds, and is told to come again after that.
 * @param bodyHash as {@link bodyHashOf} gives it
 */
export async function withIdempotency(
  c: Context,
  { pool, bodyHash }: { pool: Pool; bodyHash: string },
  work: (sql: Sql) => Promise<Done>,
): Promise<Response> {
  const given = c.req.header('idempotency-key')
  if (given === undefined) {
    const { answer, afterCommit } = await work(pool)
    afterCommit?.()
    return answerOf(c, answer.status, JSON.stringify(answer.body), answer.headers)
  }
  if (!/^[\x21-\x7e]{1,255}$/.test(given)) {
    const reason = 'deve ter de 1 a 255 caracteres visíveis (ASCII), sem espaços'
    const errors = [{ field: 'Idempotency-Key', reason }]
    return problem(c, 'FIELD_INVALID', `Idempotency-Key: ${reason}.`, { errors })
  }
  const key = { owner: callerOf(c).owner, key: given, request: `${c.req.method} ${c.req.path}`, bodyHash }
  try {
    for (;;) {
      const response = await pool.begin((tx) => once(c, tx, key, work))
      if (response) {
        response.afterCommit?.()
        return response.response
      }
    }
  } catch (error) {
    if (!(error instanceof KeyBusy)) throw error
    const detail = 'Outra requisição com a mesma Idempotency-Key ainda está sendo atendida. Repita em alguns segundos.'
    return problem(c, 'IDEMPOTENCY_KEY_BUSY', detail, { headers: { 'retry-after': '5' } })
  }
}

/** The transaction with the same key has not ended in time. */
class KeyBusy extends Error {
  override readonly name = 'KeyBusy'
}

type Key = { owner: string; key: string; request: string; bodyHash: string }
type Stored = { request: string; body_hash: string; status: number; body: string; headers: Record<string, string> }

/** Undefined: the key that stood in the way is gone again, and there is another try. */
async function once(
  c: Context,
  tx: Sql,
  { owner, key, request, bodyHash }: Key,
  work: (sql: Sql) => Promise<Done>,
): Promise<{ response: Response; afterCommit?: (() => void) | undefined } | undefined> {
  await tx.unsafe(`set local lock_timeout = '${mostWaitSeconds}s'`)
  const [taken] = await run(tx, 'idempotency_take', [owner, key, request, bodyHash]).catch((error) => {
    throw error.code === lockNotAvailable ? new KeyBusy() : error
  })
  if (!taken) {
    const [stored] = await run<Stored>(tx, 'idempotency_find', [owner, key])
    return stored && { response: replay(c, stored, { request, bodyHash }) }
  }
  await tx.unsafe('set local lock_timeout to default')
  const { answer, afterCommit } = await work(tx)
  const { status, headers = {} } = answer
  const body = JSON.stringify(answer.body)
  // Written by hand: what is read back must be the same text.
  const kept = `{"headers":${JSON.stringify(headers)},"body":${body}}`
  await run(tx, 'idempotency_keep', [owner, key, status, kept])
  return { response: answerOf(c, status, body, headers), afterCommit }
}

function replay(c: Context, stored: Stored, { request, bodyHash }: Pick<Key, 'request' | 'bodyHash'>): Response {
  if (stored.request === request && stored.body_hash === bodyHash) {
    return answerOf(c, stored.status, stored.body, { ...stored.headers, 'idempotency-replayed': 'true' })
  }
  const what =
    stored.request === request ? 'outro corpo, ou outros parâmetros no endereço' : `outro endereço (${stored.request})`
  const detail = `Esta Idempotency-Key já veio com ${what}. Use uma chave nova para cada pedido.`
  return problem(c, 'IDEMPOTENCY_KEY_REUSED', detail)
}

const answerOf = (c: Context, status: number, body: string, headers: Record<string, string> = {}): Response =>
  c.body(body, status as 200, { ...headers, 'content-type': 'application/json' })
