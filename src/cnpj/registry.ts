import type { fetch as undiciFetch } from 'undici'
import { Failure } from '../errors.ts'
import { askRegistry } from './ask-registry.ts'
import { createCircuitBreaker } from './circuit-breaker.ts'
import { normalizeCnpj } from './number.ts'
import type { RegistryRecord } from './registry-record.ts'
import type { RegistrySource } from './registry-source.ts'

/** An answer that may be kept. `sources` names the hosts that do not know the number. */
export type CertainAnswer = { found: true; record: RegistryRecord } | { found: false; sources: string[] }

/**
 * `asked` names the hosts that do not know the number. It is certain when two of them with data of their own agree, or
 * the only one is somebody's own. Otherwise `why` says, for people, what was in the way: asking again may help.
 */
export type RegistryAnswer =
  | { found: true; record: RegistryRecord }
  | { found: false; isCertain: true; asked: string[] }
  | { found: false; isCertain: false; asked: string[]; why: string }

export type Registry = { lookUp(cnpj: string, options: { signal: AbortSignal }): Promise<RegistryAnswer> }

/** Where certain answers are kept. How long they last is its own business. */
export type RegistryCache = {
  find(cnpj: string, options: { signal: AbortSignal }): Promise<CertainAnswer | undefined>
  /** Never throws: an answer counts whether or not it could be kept. */
  store(cnpj: string, answer: CertainAnswer): Promise<void>
}

type Limited = Pick<RegistrySource, 'host' | 'spacingMs'>

/** Whose turn it is to ask a host, over all processes that share its limit. */
export type RegistryTurns = {
  /** Waits for the next free moment; false when that is farther away than a job should wait for in its slot. */
  take(source: Limited, options: { signal: AbortSignal }): Promise<boolean>
  /** The host has asked to be left alone. Never throws. */
  pause(host: string, pauseMs: number): Promise<void>
  /** When a job that was sent away by all of these is to come back, each job at a moment of its own. */
  queueUp(sources: readonly Limited[], options: { signal: AbortSignal }): Promise<number>
}

/**
 * The public CNPJ registries, asked in order until one gives the record; different ones are never mixed into one. What
 * is kept is answered without a call, and a new answer is kept at once.
 *
 * Each source has its own limit, time-out and circuit breaker. One whose turn is too far away is passed by. A registry
 * in trouble sometimes answers 404 for a company that exists (minhareceita.org has done so for all of them), so "not
 * found" is certain only when two with data of their own agree, or the only one is somebody's own.
 *
 * @throws Failure `REGISTRY_BUSY`, which spends no try, when only waiting for a turn is in the way of an answer;
 *   `REGISTRY_UNAVAILABLE`, naming each host and what was wrong, when nobody said anything; `INPUT_INVALID` for a number
 *   that is no CNPJ. An aborted signal throws its reason.
 */
export function createRegistry(options: {
  sources: readonly RegistrySource[]
  cache: RegistryCache
  turns: RegistryTurns
  fetch: typeof undiciFetch
  userAgent: string
  /** Milliseconds on any clock that never goes back; what is left alone is so by this one. */
  now?: () => number
}): Registry {
  const { cache, turns, fetch, userAgent, now } = options
  const sources = options.sources.map((source) => ({ ...source, breaker: createCircuitBreaker(now ? { now } : {}) }))
  const isCertain = (unknownTo: readonly RegistrySource[]) =>
    sources.length === 1 ? unknownTo.some((source) => source.isAuthoritative) : unknownTo.length >= 2

  return {
    async lookUp(text, { signal }) {
      const cnpj = normalizeCnpj(text)
      if (!cnpj) throw new Failure('INPUT_INVALID', 'The CNPJ is not valid.')
      signal.throwIfAborted()
      const kept = await cache.find(cnpj, { signal })
      if (kept) return kept.found ? kept : { found: false, isCertain: true, asked: kept.sources }

      const unknownTo: RegistrySource[] = []
      const waitingFor: RegistrySource[] = []
      const reasons: string[] = []
      const waitsMs: number[] = []
      for (const { breaker, ...source } of sources) {
        const { host } = source
        if (unknownTo.some(({ data }) => data === source.data)) continue
        const call = breaker.begin()
        if (!call) {
          reasons.push(`${host}: is left alone after it failed again and again`)
          waitsMs.push(breaker.restMs())
          continue
        }
        try {
          if (!(await turns.take(source, { signal }))) {
            waitingFor.push(source)
            continue
          }
          const answer = await askRegistry(cnpj, source, { fetch, userAgent, signal })
          if (answer.kind === 'silent' && answer.isTrouble) call.failed()
          else call.succeeded()

          if (answer.kind === 'record') {
            await cache.store(cnpj, { found: true, record: answer.record })
            return { found: true, record: answer.record }
          }
          if (answer.kind === 'unknown') {
            unknownTo.push(source)
            if (isCertain(unknownTo)) break
          } else if (answer.kind === 'limited') {
            await turns.pause(host, answer.pauseMs)
            waitingFor.push(source)
          } else {
            reasons.push(`${host}: ${answer.reason}`)
            if (answer.retryAfterMs !== undefined) waitsMs.push(answer.retryAfterMs)
          }
        } finally {
          call.abandoned()
        }
      }

      const asked = unknownTo.map(({ host }) => host)
      if (isCertain(unknownTo)) {
        await cache.store(cnpj, { found: false, sources: asked })
        return { found: false, isCertain: true, asked }
      }
      if (waitingFor.length > 0) throw await busy(waitingFor, reasons, turns, signal)
      if (asked.length > 0) {
        const doubts = asked.map((host) => `${host}: does not know the number, which nobody else has confirmed`)
        return { found: false, isCertain: false, asked, why: `${[...doubts, ...reasons].join('; ')}.` }
      }
      const detail = reasons.length ? `${reasons.join('; ')}.` : 'None is configured.'
      throw new Failure('REGISTRY_UNAVAILABLE', detail, waitsMs.length ? { retryAfterMs: Math.min(...waitsMs) } : {})
    },
  }
}

async function busy(
  waitingFor: readonly RegistrySource[],
  reasons: readonly string[],
  turns: RegistryTurns,
  signal: AbortSignal,
): Promise<Failure> {
  const waits = waitingFor.map(({ host }) => `${host}: its turn is too far away`)
  const retryAfterMs = await turns.queueUp(waitingFor, { signal })
  return new Failure('REGISTRY_BUSY', `${[...waits, ...reasons].join('; ')}.`, { retryAfterMs })
}
