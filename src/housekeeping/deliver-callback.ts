import type { Sql } from '../db/connect.ts'
import type { Log } from '../log.ts'
import { beginAttempt, noteAttempt } from '../queue/callbacks.ts'
import type { SendCallback } from './send-callback.ts'

/** Where a job of graphile-worker stands. */
export type Try = { attempts: number; max_attempts: number }

/** graphile-worker's backoff: e^attempt seconds, and no more than e^10. */
const secondsAfter = (attempts: number) => Math.exp(Math.min(attempts, 10))

/**
 * One try of a delivery, noted on it. Nothing is sent of what was delivered already.
 * @throws Error with what went wrong, for graphile-worker to try again by its backoff.
 */
export async function deliverCallback(
  { sql, send, log }: { sql: Sql; send: SendCallback; log: Log },
  deliveryId: string,
  { attempts, max_attempts: mostAttempts }: Try,
  signal?: AbortSignal,
): Promise<void> {
  const attempt = await beginAttempt(sql, deliveryId)
  if (!attempt) return
  const sent = await send({ id: deliveryId, url: attempt.url, body: attempt.body, signal })
  if (sent.isDelivered) {
    await noteAttempt(sql, deliveryId, attempt, sent)
    return log.debug({ delivery: deliveryId, attempts }, 'callback delivered')
  }
  const { error, httpStatus, isGone } = sent
  const isOver = isGone || attempts >= mostAttempts
  const retryInSeconds = isOver ? undefined : secondsAfter(attempts)
  await noteAttempt(sql, deliveryId, attempt, { isDelivered: false, httpStatus, error, retryInSeconds })
  log[isOver ? 'warn' : 'info'](
    { delivery: deliveryId, host: URL.parse(attempt.url)?.host, status: httpStatus, attempts, error },
    isOver ? 'callback failed for good' : 'callback not delivered; it will be tried again',
  )
  if (!isOver) throw new Error(error)
}
