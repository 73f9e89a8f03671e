import { Failure } from '../errors.ts'
import { callEndOf } from './call-end.ts'
import type { Slots } from './slots.ts'

/** An OpenAI-compatible base URL, and its key where it has one. */
export type LlmEndpoint = { baseUrl: string; apiKey?: string | undefined }

export type SlotWishes<T> = {
  /** Endpoints that have given an answer to this question which is of no use: rather another. */
  avoid?: ReadonlySet<string>
  /** Whether a completion is of no use, which counts against its endpoint while another one is open. */
  isUnusable?: (value: T) => boolean
}

/** Runs one call at an endpoint while it holds one of that endpoint's slots. */
export type WithSlot = <T>(
  signal: AbortSignal,
  use: (endpoint: LlmEndpoint) => Promise<T>,
  wishes?: SlotWishes<T>,
) => Promise<T>

/** How long the fleet leaves an endpoint alone that refused for good, if it has another: somebody may mend the key. */
const barredMs = 10 * 60_000
/** How long a question waits for an endpoint that has not given it an unusable answer yet: some latencies. */
const choosyMs = 10_000

/**
 * Gives each call to whichever endpoint has a slot first. A call that failed at one is made at another at once, if there
 * is one that can be called, at most as often as there are endpoints; everything else is the caller's to try again. An
 * endpoint that refused it for good (key, money, model) is not asked again: it waits for another, and ends with such a
 * refusal only when all have refused for good.
 *
 * What `use` throws decides what the fleet learns of the endpoint (`call-end.ts`). Throws what it threw last, or what
 * `Slots.take` throws.
 */
export function createWithSlot(slots: Slots, endpoints: readonly LlmEndpoint[]): WithSlot {
  /** By base URL, until when. So far as this process has seen it. */
  const barredUntilMs = new Map<string, number>()
  const isBarred = (baseUrl: string) => (barredUntilMs.get(baseUrl) ?? 0) > performance.now()
  const hasOpenBeside = (provider: string) =>
    endpoints.some(({ baseUrl }) => baseUrl !== provider && !isBarred(baseUrl) && slots.isOpen(baseUrl))

  /** How long the fleet leaves the endpoint alone: as long as it asked, or because it refuses for good. */
  function pauseMsOf(provider: string, error: unknown, isRefusedForGood: boolean): number | undefined {
    if (!isRefusedForGood) return error instanceof Failure ? error.retryAfterMs : undefined
    // The last one is asked on, so that a fleet which nobody wants says so instead of waiting.
    if (!isBarred(provider)) barredUntilMs.set(provider, performance.now() + barredMs)
    return hasOpenBeside(provider) ? barredMs : undefined
  }

  return async (signal, use, { avoid = new Set<string>(), isUnusable = () => false } = {}) => {
    const tried = new Set<string>()
    const never = new Set<string>()
    const isNobodyLeft = () =>
      endpoints.every(({ baseUrl }) => never.has(baseUrl) || (isBarred(baseUrl) && !slots.isOpen(baseUrl)))
    let refusal: unknown
    let passing: unknown
    for (let tries = 1; ; tries++) {
      const slot = await slots
        .take(signal, tried.size > 0 ? { avoid: tried, never } : { avoid, choosyMs })
        .catch((error: unknown) => {
          throw refusal !== undefined && !signal.aborted && isNobodyLeft() ? refusal : error
        })
      const { provider } = slot
      const endpoint = endpoints.find(({ baseUrl }) => baseUrl === provider)!
      try {
        const value = await use(endpoint)
        barredUntilMs.delete(provider)
        slot.end(isUnusable(value) && hasOpenBeside(provider) ? 'unusable' : 'succeeded')
        return value
      } catch (error) {
        const how = signal.aborted ? 'abandoned' : callEndOf(error)
        const isRefusedForGood = how === 'barred'
        slot.end(how, pauseMsOf(provider, error, isRefusedForGood))
        if (signal.aborted) throw error
        tried.add(provider)
        if (isRefusedForGood) {
          never.add(provider)
          refusal = error
          if (isNobodyLeft()) throw error
          // An endpoint that failed for the moment is the caller's to wait for.
          if (passing !== undefined && endpoints.every(({ baseUrl }) => tried.has(baseUrl))) throw passing
          continue
        }
        passing = error
        const hasAnother = endpoints.some(({ baseUrl }) => !tried.has(baseUrl) && slots.isOpen(baseUrl))
        if (tries >= endpoints.length || !hasAnother || !mayGoElsewhere(error)) throw error
      }
    }
  }
}

/** Another endpoint may have time; the prompt and its answer are the same there. */
const mayGoElsewhere = (error: unknown): boolean =>
  error instanceof Failure && (error.code === 'LLM_UNAVAILABLE' || error.code === 'LLM_RATE_LIMITED')
