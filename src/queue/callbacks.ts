import { hostKey } from '../callback-hosts.ts'
import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'
import { storableText } from './storable.ts'

/** What a callback is told of: a job with its children, or a batch. */
export type CallbackSubject = { jobId: string } | { batchId: string }

export type NewCallback = CallbackSubject & {
  /** Must have passed `callbackUrl`; kept as it is. */
  url: string
  owner: string
  /** Where the caller reaches this server, `originOf(c)`: the addresses in the callback begin with it. */
  origin?: string | undefined
  /** The request's own; without one, the job's is told. */
  externalId?: string | undefined
}

/** As a Date, or as JSON writes it. */
type Moment = Date | string

/** `pending`: it is being sent, or tried again at `next_try_at`. `failed`: it is not tried again by itself. */
export type Delivery = {
  id: string
  status: 'pending' | 'delivered' | 'failed'
  queued_at: Moment
  /** Since it was last queued. */
  attempts: number
  last_attempt_at: Moment | null
  /** Of HTTP; null: no answer came. */
  last_status: number | null
  /** A Portuguese sentence. */
  last_error: string | null
  next_try_at: Moment | null
  delivered_at: Moment | null
}

export type Callback = {
  id: string
  url: string
  created_at: Moment
  /** One for each time that it ended, the last one first; none: it has not ended yet. */
  deliveries: Delivery[]
}

/** A callback as its job or batch carries it: with its last delivery, whose times are in ISO 8601. */
export type CallbackState = {
  id: string
  url: string
  /** Null: it has not ended yet. */
  last: Omit<Delivery, 'queued_at' | 'last_attempt_at'> | null
}

/**
 * Notes who is told when a job or a batch ends, and returns the callback's id. Call it in the transaction that makes the
 * job (`enqueue` with `isWatched`) or the batch: it must not end unheard. The same address for the same job or batch is
 * noted once. What has ended already is told at the commit.
 */
export async function addCallback(tx: Sql, callback: NewCallback): Promise<string> {
  const [jobId, batchId] = idsOf(callback)
  const { url, owner, origin = null, externalId } = callback
  const ownId = externalId === undefined ? null : storableText(externalId)
  const parameters = [jobId, batchId, url, owner, origin, ownId, hostKey(url)]
  const [added] = await run<{ id: string }>(tx, 'callback_add', parameters)
  await run(tx, 'callback_tell_ended', [added!.id])
  return added!.id
}

/** The callbacks of a job or a batch with their deliveries, oldest first; `owner` null: whoever's. */
export const listCallbacks = (sql: Sql, subject: CallbackSubject, owner: string | null = null): Promise<Callback[]> =>
  run<Callback>(sql, 'callback_list', [...idsOf(subject), owner])

/**
 * Queues a delivery again, at once and with all its tries, whatever became of it; undefined when there is none, or it is
 * not the owner's (null: whoever's). The receiver gets the same `webhook-id` and body.
 */
export async function resendCallback(
  sql: Sql,
  deliveryId: string,
  owner: string | null = null,
): Promise<Delivery | undefined> {
  const [delivery] = await run<Delivery>(sql, 'callback_resend', [deliveryId, owner])
  return delivery
}

const idsOf = (subject: CallbackSubject): [string | null, string | null] =>
  'jobId' in subject ? [subject.jobId, null] : [null, subject.batchId]

/**
 * A try of a delivery: where it goes, the JSON that it says, which try it is since it was queued, and the fence, which
 * is another for every try and after every resend.
 */
export type Attempt = { url: string; body: string; attempts: number; round: number }

/** Begins a try; undefined when there is nothing to send: it was delivered, given up or deleted. */
export async function beginAttempt(sql: Sql, deliveryId: string): Promise<Attempt | undefined> {
  const [attempt] = await run<Attempt>(sql, 'callback_attempt', [deliveryId])
  return attempt
}

/**
 * What came of a try; `retryInSeconds` absent: it is not tried again by itself; `isSlow` absent: the time that it took says
 * nothing of the host.
 */
export type AttemptOutcome = { isSlow?: boolean } & (
  | { isDelivered: true; httpStatus: number }
  | { isDelivered: false; httpStatus: number | null; error: string; retryInSeconds?: number | undefined }
)

/** Notes what came of a try; false: another has taken its place, or it was sent again meanwhile, and this one counts no more. */
export async function noteAttempt(
  sql: Sql,
  deliveryId: string,
  { round }: Pick<Attempt, 'round'>,
  outcome: AttemptOutcome,
): Promise<boolean> {
  const { httpStatus, isSlow = null } = outcome
  const error = outcome.isDelivered ? null : storableText(outcome.error)
  const retryInSeconds = outcome.isDelivered ? null : (outcome.retryInSeconds ?? null)
  const status = outcome.isDelivered ? 'delivered' : retryInSeconds === null ? 'failed' : 'pending'
  const parameters = [deliveryId, round, status, httpStatus, error, retryInSeconds, isSlow]
  return (await run(sql, 'callback_note', parameters)).length > 0
}

/**
 * Tells the ends that were not told, queues the deliveries that graphile-worker does not have, and frees those that a dead
 * process had in hand for `silentSeconds`.
 */
export async function mendCallbacks(sql: Sql, silentSeconds: number): Promise<void> {
  await run(sql, 'callback_mend', [silentSeconds])
}
