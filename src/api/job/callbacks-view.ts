import { z } from '@hono/zod-openapi'
import type { Callback, CallbackState, Delivery } from '../../queue/callbacks.ts'

const time = z.iso.datetime()

/** What is said of a delivery, in a list of them and of the last one of a callback. */
const triesShape = {
  attempts: z.int().min(0).meta({ description: 'Tries since it was last queued.' }),
  last_status: z.int().nullable().meta({ description: 'The HTTP status that came last; null: none came.' }),
  last_error: z.string().nullable().meta({ description: 'Why the last try did not do, in Portuguese.' }),
  next_try_at: time.nullable(),
  delivered_at: time.nullable(),
}

export const deliverySchema = z
  .object({
    id: z.uuid().meta({ description: 'The `webhook-id` that the receiver gets.' }),
    status: z.enum(['pending', 'delivered', 'failed']),
    queued_at: time,
    last_attempt_at: time.nullable(),
    ...triesShape,
  })
  .openapi('Delivery')

const callbackShape = {
  id: z.uuid(),
  url: z.string().meta({ description: 'Without what its query says, which may be a secret.' }),
}

/** A callback as a job or a batch shows it: with what became of its last delivery. */
export const callbackSchema = z
  .object({
    ...callbackShape,
    status: z
      .enum(['waiting', 'pending', 'delivered', 'failed'])
      .meta({ description: '`waiting`: what it is to tell of has not ended.' }),
    delivery_id: z.uuid().nullable(),
    ...triesShape,
  })
  .openapi('Callback')

/** The same with all of its deliveries, the last one first. */
export const callbackWithDeliveriesSchema = z
  .object({
    ...callbackShape,
    created_at: time,
    deliveries: z.array(deliverySchema),
  })
  .openapi('CallbackWithDeliveries')

/** Callbacks for the view of a job or a batch. */
export const callbacksView = (callbacks: readonly CallbackState[] | null): z.input<typeof callbackSchema>[] =>
  (callbacks ?? []).map(({ id, url, last }) => ({
    id,
    url: withoutQuery(url),
    status: last?.status ?? 'waiting',
    delivery_id: last?.id ?? null,
    attempts: last?.attempts ?? 0,
    last_status: last?.last_status ?? null,
    last_error: last?.last_error ?? null,
    next_try_at: isoOf(last?.next_try_at),
    delivered_at: isoOf(last?.delivered_at),
  }))

export const callbackWithDeliveriesView = ({
  id,
  url,
  created_at,
  deliveries,
}: Callback): z.input<typeof callbackWithDeliveriesSchema> => ({
  id,
  url: withoutQuery(url),
  created_at: isoOf(created_at)!,
  deliveries: deliveries.map(deliveryView),
})

export const deliveryView = (delivery: Delivery): z.input<typeof deliverySchema> => ({
  id: delivery.id,
  status: delivery.status,
  queued_at: isoOf(delivery.queued_at)!,
  attempts: delivery.attempts,
  last_attempt_at: isoOf(delivery.last_attempt_at),
  last_status: delivery.last_status,
  last_error: delivery.last_error,
  next_try_at: isoOf(delivery.next_try_at),
  delivered_at: isoOf(delivery.delivered_at),
})

const withoutQuery = (url: string) => url.replace(/[?#].*$/, (rest) => (rest.startsWith('?') ? '?…' : ''))

const isoOf = (moment: Date | string | null | undefined) => (moment ? new Date(moment).toISOString() : null)
