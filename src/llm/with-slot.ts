import { Failure } from '../errors.ts'
import { callEndOf } from './call-end.ts'
import type { Slots } from './slots.ts'

/** An OpenAI-compatible base URL, and its key where it has one. */
export type LlmEndpoint = { baseUrl: string; apiKey?: string | undefined }

/** Runs one call at an endpoint while it holds one of that endpoint's slots. */
export type WithSlot = <T>(signal: AbortSignal, use: (endpoint: LlmEndpoint) => Promise<T>) => Promise<T>

/**
 * Gives each call to whichever endpoint has a slot first. A call that failed at one is made at another at once, if there
 * is one that can be called, at most as often as there are endpoints; everything else is the caller's to try again.
 *
 * What `use` throws decides what the fleet learns of the endpoint (`call-end.ts`). Throws what it threw last, or what
 * `Slots.take` throws.
 */
export function createWithSlot(slots: Slots, endpoints: readonly LlmEndpoint[]): WithSlot {
  return async (signal, use) => {
    const tried = new Set<string>()
    for (let tries = 1; ; tries++) {
      const slot = await slots.take(signal, { avoid: tried })
      const endpoint = endpoints.find(({ baseUrl }) => baseUrl === slot.provider)!
      try {
        const value = await use(endpoint)
        slot.end('succeeded')
        return value
      } catch (error) {
        slot.end(
          signal.aborted ? 'abandoned' : callEndOf(error),
          error instanceof Failure ? error.retryAfterMs : undefined,
        )
        tried.add(slot.provider)
        const hasAnother = endpoints.some(({ baseUrl }) => !tried.has(baseUrl) && slots.isOpen(baseUrl))
        if (signal.aborted || tries >= endpoints.length || !hasAnother || !mayGoElsewhere(error)) throw error
      }
    }
  }
}

/** Another endpoint may have another key, other money, another model; the prompt and its answer are the same there. */
const elsewhere = new Set([
  'LLM_UNAVAILABLE',
  'LLM_RATE_LIMITED',
  'LLM_KEY_REJECTED',
  'LLM_NO_CREDITS',
  'LLM_NOT_FOUND',
])

const mayGoElsewhere = (error: unknown): boolean => error instanceof Failure && elsewhere.has(error.code)
