import type { Pool } from '../db/connect.ts'
import { Failure } from '../errors.ts'
import type { CallEnd } from './call-end.ts'
import { createEndpointSlots, type EndpointSlots } from './endpoint-slots.ts'
import { prepareEndpoint, type SlotEndpoint, takeTurn } from './llm-turn.ts'

/** However many calls wait in a process, it asks the database this often for all of them together. */
const turnMs = { least: 50, most: 250, growth: 1.5 }
/** While the database is away. */
const againMs = { least: 250, most: 3_000 }
/** A call that has waited so long for a slot goes back to the queue, where it holds no worker's slot. */
const patienceMs = 60_000
/** A call that has failed at one endpoint waits so long for a slot of another before it takes what there is. */
const usualChoosyMs = 500
const none: ReadonlySet<string> = new Set()

/** The right to one call. `end` says what came of it, and how long the endpoint is to be left alone by the fleet. */
export type Slot = { provider: string; end(how: CallEnd, pauseMs?: number): void }

export type Choice = {
  /** Rather not these: only after `choosyMs`, or while no other is open. */
  avoid?: ReadonlySet<string>
  /** 500 ms unless given. */
  choosyMs?: number
  /** Never these. At least one must be left. */
  never?: ReadonlySet<string>
}

export type Slots = {
  /**
   * Waits for a slot of whichever endpoint has one first, of those that the choice leaves.
   * @throws Failure LLM_BUSY when none was free for a minute, or none will be; the signal's reason when it fires.
   */
  take(signal: AbortSignal, choice?: Choice): Promise<Slot>
  /** Whether the endpoint is not paused or left alone at the moment. */
  isOpen(provider: string): boolean
  /** Stops asking the database. What is still held goes back when the worker leaves. */
  close(): void
}

type Waiter = Required<Choice> & {
  sinceMs: number
  give(at: EndpointSlots, slot: number): void
  leave(why: unknown): void
}

/**
 * The cap on concurrent calls to each endpoint, held over the whole fleet: a slot is a row, and the right to one call.
 * A dead worker's slots come back with its jobs.
 *
 * A slot whose call has ended goes to the next call of this process without the database, up to this process's share
 * while others wait. One statement, every 50 to 250 ms while calls wait, does the rest (`llm-turn.ts`).
 */
export async function createSlots({
  pool,
  endpoints,
  workerId,
  log,
}: {
  pool: Pool
  endpoints: readonly SlotEndpoint[]
  workerId(): string
  log?: { warn(fields: object, message: string): void; info(fields: object, message: string): void }
}): Promise<Slots> {
  for (const endpoint of endpoints) await prepareEndpoint(pool, endpoint)
  const now = () => performance.now()
  const places = endpoints.map((endpoint) => createEndpointSlots(endpoint, { now, random: Math.random }))
  const waiters: Waiter[] = []
  let timer: NodeJS.Timeout | undefined
  let dueMs = Number.POSITIVE_INFINITY
  let lastTurnMs = Number.NEGATIVE_INFINITY
  let isTurning = false
  let isClosed = false
  /** The last turn failed: what it took is unknown, until one succeeds. */
  let isUnsure = false
  let pollMs = turnMs.least
  let retryMs = againMs.least

  const accepts = ({ avoid, choosyMs, never, sinceMs }: Waiter, place: EndpointSlots) =>
    !never.has(place.provider) &&
    (!avoid.has(place.provider) ||
      now() - sinceMs > choosyMs ||
      places.every((other) => avoid.has(other.provider) || never.has(other.provider) || !other.isOpen()))

  function serve(place: EndpointSlots) {
    for (;;) {
      const slot = place.idle()
      if (slot === undefined) return
      const next = waiters.findIndex((waiter) => accepts(waiter, place))
      if (next < 0) return
      waiters.splice(next, 1)[0]!.give(place, slot)
    }
  }

  function slotOf(place: EndpointSlots, slot: number): Slot {
    const end = place.begin(slot)
    return {
      provider: place.provider,
      end(how, pauseMs) {
        if (how === 'barred' && pauseMs && place.isOpen()) {
          const { origin } = new URL(place.provider)
          log?.warn(
            { endpoint: origin, restMs: pauseMs },
            'llm: an endpoint refuses our key, money or model; left alone',
          )
        }
        if (end(how, pauseMs)) serve(place)
        if (place.hasIdle() || place.hasNews()) turnWithin(0)
      },
    }
  }

  /** Sees to it that a turn comes after `delayMs` at the latest, but not sooner than allowed. */
  function turnWithin(delayMs: number) {
    if (isTurning || isClosed) return
    const atMs = Math.max(now() + delayMs, lastTurnMs + (isUnsure ? retryMs : turnMs.least))
    if (atMs >= dueMs) return
    clearTimeout(timer)
    dueMs = atMs
    timer = setTimeout(() => void turn(), Math.max(0, atMs - now()))
  }

  function wanted(): number {
    const mayTake = places.reduce((sum, place) => sum + place.shortOfShare(), 0)
    return places.some((place) => place.othersWant() > 0) ? Math.min(waiters.length, mayTake) : waiters.length
  }

  async function turn() {
    dueMs = Number.POSITIVE_INFINITY
    isTurning = true
    lastTurnMs = now()
    const id = workerId()
    const wants = { wanted: wanted(), waiting: waiters.length }
    const asked = places.map((place) => place.ask(id, waiters.filter((waiter) => accepts(waiter, place)).length))
    try {
      const answers = await takeTurn(pool, id, wants, asked)
      if (isUnsure) log?.info({}, 'llm slots: the database answers again')
      isUnsure = false
      retryMs = againMs.least
      for (const answer of answers) {
        const at = places.findIndex(({ provider }) => provider === answer.provider)
        places[at]!.hear(answer, asked[at]!, id, lastTurnMs)
      }
      const tookSome = answers.some(({ taken }) => taken.length > 0)
      pollMs = tookSome ? turnMs.least : Math.min(pollMs * turnMs.growth, turnMs.most)
      for (const place of places) serve(place)
      sendAway()
    } catch (error) {
      if (!isUnsure && !isClosed) log?.warn({ error: (error as Error).message }, 'llm slots: the database is away')
      isUnsure = true
      retryMs = Math.min(retryMs * 2, againMs.most)
      for (const [at, place] of places.entries()) place.tellAgain(asked[at]!)
    }
    isTurning = false
    scheduleNext()
  }

  function scheduleNext() {
    if (places.some((place) => place.hasUrgentStep())) lastTurnMs = Number.NEGATIVE_INFINITY
    if (isUnsure || places.some((place) => place.hasUrgentStep() || place.hasIdle() || place.hasNews())) turnWithin(0)
    else if (waiters.length > 0) turnWithin(pollMs * (0.75 + Math.random() / 2))
  }

  /** Where every endpoint that a call may go to is closed for longer than it waits, the queue is the better place. */
  function sendAway() {
    for (const waiter of [...waiters]) {
      const closedMs = Math.min(
        ...places.filter(({ provider }) => !waiter.never.has(provider)).map((place) => place.closedMs()),
      )
      if (closedMs > patienceMs) waiter.leave(new Failure('LLM_BUSY', undefined, { retryAfterMs: Math.ceil(closedMs) }))
    }
  }

  return {
    take: (signal, { avoid = none, choosyMs = usualChoosyMs, never = none } = {}) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const done = () => {
          clearTimeout(impatience)
          signal.removeEventListener('abort', onAbort)
        }
        const waiter: Waiter = {
          avoid,
          choosyMs,
          never,
          sinceMs: now(),
          give(place, slot) {
            done()
            resolve(slotOf(place, slot))
          },
          leave(why) {
            done()
            const at = waiters.indexOf(waiter)
            if (at >= 0) waiters.splice(at, 1)
            reject(why)
            if (waiters.length === 0) turnWithin(0) // the others must not think that somebody waits here
          },
        }
        const onAbort = () => waiter.leave(signal.reason)
        const impatience = setTimeout(() => waiter.leave(new Failure('LLM_BUSY')), patienceMs)
        signal.addEventListener('abort', onAbort)
        if (waiters.length === 0) pollMs = turnMs.least
        waiters.push(waiter)
        for (const place of places) serve(place)
        if (waiters.length > 0) turnWithin(waiters.length === 1 ? 0 : pollMs)
      }),
    isOpen: (provider) => places.some((place) => place.provider === provider && place.isOpen()),
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}
