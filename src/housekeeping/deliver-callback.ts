import type { Sql } from '../db/connect.ts'
import type { Log } from '../log.ts'
import { beginAttempt, noteAttempt } from '../queue/callbacks.ts'
import { slowAfterMs } from './host-places.ts'
import type { SendCallback } from './send-callback.ts'

/** Where a job of graphile-worker stands. */
export type Try = { attempts: number; max_attempts: number }

/** A try that did not do, of which all has been told: graphile-worker is to try again, and nobody is to be alarmed. */
export class NotDelivered extends Error {}

/** graphile-worker's backoff: e^attempt seconds, and no more than e^10. */
const secondsAfter = (attempts: number) => Math.exp(Math.min(attempts, 10))

/**
 * One try of a delivery, noted on it and on its host. Nothing is sent of what was delivered already.
 * @throws NotDelivered for graphile-worker to try again by its backoff; or when another try has taken this one's place,
 *   so that it does not take the job away from that one (it lets fail only who holds it, but whoever asks complete).
 */
export async function deliverCallback(
  { sql, send, log }: { sql: Sql; send: SendCallback; log: Log },
  deliveryId: string,
  { attempts, max_attempts: mostAttempts }: Try,
  signal?: AbortSignal,
): Promise<void> {
  const attempt = await beginAttempt(sql, deliveryId)
  if (!attempt) return
  const startedAt = performance.now()
  const sent = await send({ id: deliveryId, url: attempt.url, body: attempt.body, signal })
  const ofHost = signal?.aborted ? {} : { isSlow: performance.now() - startedAt > slowAfterMs }
  const isOver = !sent.isDelivered && (sent.isGone || attempts >= mostAttempts)
  const again = !sent.isDelivered && !isOver ? { retryInSeconds: secondsAfter(attempts) } : {}
  const isNoted = await noteAttempt(sql, deliveryId, attempt, { ...sent, ...ofHost, ...again })
  if (!isNoted) throw new NotDelivered('Another try counts instead of this one.')
  if (sent.isDelivered) return log.debug({ delivery: deliveryId, attempts }, 'callback delivered')
  const { error, httpStatus } = sent
  log[isOver ? 'warn' : 'info'](
    { delivery: deliveryId, host: URL.parse(attempt.url)?.host, status: httpStatus, attempts, error },
    isOver ? 'callback failed for good' : 'callback not delivered; it will be tried again',
  )
  if (!isOver) throw new NotDelivered(error)
}
