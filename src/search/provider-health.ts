import { Failure, type FailureCode } from '../errors.ts'

/** What does not pass by itself: no credits, a rejected key. Somebody has to do something first. */
const HOPELESS_REST_MS = 10 * 60_000
/** One that fails is tried again after this, and after twice as long each time it still fails. */
const FIRST_REST_MS = 30_000
const MOST_REST_MS = 10 * 60_000
/** For a provider that asks to wait and does not say how long. */
const RATE_LIMIT_REST_MS = 5_000
/** It fails often when half of its last ten calls did. */
const REMEMBERED_CALLS = 10
const FAILURES_TO_REST = 5

export type SearchLog = {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** A call that may be made. Exactly one of these says how it ended. */
export type PermittedCall = {
  succeeded(): void
  failed(failure: Failure): void
  /** The caller lost interest, which says nothing about the provider. */
  abandoned(): void
}

/** Why a provider is left alone. With `trial`, another call finds out at this moment whether it is well again. */
export type Refusal = { because: Failure; trial?: Promise<void> }

export type ProviderHealth = { enter(): { call: PermittedCall } | { refusal: Refusal } }

type Rest = { because: Failure; untilMs: number; lastedMs: number; trial: PromiseWithResolvers<void> | undefined }

/**
 * Decides whether a provider is worth a call: a circuit breaker, for one process. It rests for ten minutes when its key
 * has no credits or is rejected, as long as it asks for when it limits the rate, and from half a minute up to ten
 * when it fails often. After a rest one call tries it, and the others follow if that is answered.
 *
 * That it rests is logged once, however often it is tried in vain, and once that it answers again; rate limits, which
 * may come every second, are for debugging.
 */
export function createProviderHealth(
  name: string,
  { log, nowMs }: { log: SearchLog; nowMs(): number },
): ProviderHealth {
  let rest: Rest | undefined
  let failures: boolean[] = []
  // A call that began before the last change of state says nothing about the present one.
  let era = 0

  function beginRest(because: Failure, lastedMs: number) {
    const previous = rest
    rest = { because, untilMs: nowMs() + lastedMs, lastedMs, trial: undefined }
    failures = []
    era++
    previous?.trial?.resolve()
    const fields = { provider: name, code: because.code, restMs: lastedMs, reason: because.message }
    if (because.code === 'SEARCH_RATE_LIMITED') log.debug(fields, 'search provider asked to wait')
    else if (because.code === previous?.because.code) log.debug(fields, 'search provider is still left alone')
    else log.warn(fields, 'search provider is left alone for a while')
  }

  function endRest() {
    const ended = rest
    rest = undefined
    failures = []
    era++
    ended?.trial?.resolve()
    if (!ended) return
    if (ended.because.code === 'SEARCH_RATE_LIMITED') log.debug({ provider: name }, 'search provider goes on')
    else log.info({ provider: name }, 'search provider answers again')
  }

  function restAfter(failure: Failure): number | undefined {
    if (isHopeless(failure.code)) return HOPELESS_REST_MS
    if (failure.code === 'SEARCH_RATE_LIMITED') return failure.retryAfterMs ?? RATE_LIMIT_REST_MS
    failures = [...failures, true].slice(-REMEMBERED_CALLS)
    if (rest && !isOtherwiseRested(rest.because.code)) return Math.min(rest.lastedMs * 2, MOST_REST_MS)
    return rest || failures.filter(Boolean).length >= FAILURES_TO_REST ? FIRST_REST_MS : undefined
  }

  function permit(): PermittedCall {
    const begun = era
    const isTrial = rest !== undefined
    return {
      succeeded() {
        if (begun !== era) return
        if (isTrial) endRest()
        else failures = [...failures, false].slice(-REMEMBERED_CALLS)
      },
      failed(failure) {
        if (begun !== era) return
        const lastsMs = restAfter(failure)
        if (lastsMs !== undefined) beginRest(failure, lastsMs)
      },
      abandoned() {
        if (begun !== era || !isTrial || !rest) return
        rest.trial?.resolve()
        rest.trial = undefined
      },
    }
  }

  return {
    enter() {
      if (!rest) return { call: permit() }
      if (rest.trial) return { refusal: { because: resting(rest, 0), trial: rest.trial.promise } }
      const leftMs = rest.untilMs - nowMs()
      if (leftMs > 0) return { refusal: { because: resting(rest, leftMs) } }
      rest.trial = Promise.withResolvers()
      return { call: permit() }
    },
  }
}

const isHopeless = (code: FailureCode): boolean => code === 'SEARCH_NO_CREDITS' || code === 'SEARCH_KEY_REJECTED'

/** Its rests do not grow from one to the next. */
const isOtherwiseRested = (code: FailureCode): boolean => isHopeless(code) || code === 'SEARCH_RATE_LIMITED'

/** The failure that led to the rest, with what is left of the rest as the time to come back after. */
function resting({ because }: Rest, leftMs: number): Failure {
  return new Failure(because.code, detailOf(because), { cause: because, retryAfterMs: Math.max(1, Math.ceil(leftMs)) })
}

/** What a failure says besides its sentence. */
export function detailOf(failure: Failure): string {
  const sentence = new Failure(failure.code).message
  return failure.message.slice(sentence.length).trim()
}
