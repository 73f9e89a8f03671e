import type { fetch as undiciFetch } from 'undici'
import { Failure } from '../errors.ts'
import { normalizeCnpj } from './number.ts'
import { type RegistryRecord, readRegistryRecord } from './registry-record.ts'

/** `asked` names the hosts that said they do not know the number. */
export type RegistryAnswer = { found: true; record: RegistryRecord } | { found: false; asked: string[] }

export type Registry = { lookUp(cnpj: string, options: { signal: AbortSignal }): Promise<RegistryAnswer> }

type Answer =
  | { kind: 'record'; record: RegistryRecord }
  | { kind: 'unknown' }
  | { kind: 'silent'; reason: string; retryAfterMs?: number }

const largestBodyBytes = 1024 * 1024

/**
 * The public CNPJ registries behind `urls`, asked in order (`GET {url}/{cnpj}`) until one gives the record.
 *
 * A registry in trouble sometimes answers 404 for a company that exists, so "not found" needs two of them to agree,
 * unless there is only one.
 *
 * @throws Failure `REGISTRY_UNAVAILABLE`, naming each host and what was wrong, when there is neither a record nor
 * such an agreement; `INPUT_INVALID` for a number that is no CNPJ. An aborted signal throws its reason.
 */
export function createRegistry(options: {
  urls: readonly string[]
  fetch: typeof undiciFetch
  timeoutMs?: number
}): Registry {
  const { urls, fetch, timeoutMs = 10_000 } = options
  const unknownsNeeded = Math.min(2, urls.length)

  return {
    async lookUp(cnpj, { signal }) {
      const asked = normalizeCnpj(cnpj)
      if (!asked) throw new Failure('INPUT_INVALID', 'The CNPJ is not valid.')

      const unknownTo: string[] = []
      const reasons: string[] = []
      const waitsMs: number[] = []
      for (const url of urls) {
        const { host } = new URL(url)
        const answer = await ask(fetch, url, asked, timeoutMs, signal)
        if (answer.kind === 'record') return { found: true, record: answer.record }
        if (answer.kind === 'unknown') {
          unknownTo.push(host)
          if (unknownTo.length >= unknownsNeeded) return { found: false, asked: unknownTo }
          reasons.push(`${host}: does not know the number, which another registry has not confirmed`)
          continue
        }
        reasons.push(`${host}: ${answer.reason}`)
        if (answer.retryAfterMs !== undefined) waitsMs.push(answer.retryAfterMs)
      }
      const detail = reasons.length ? `${reasons.join('; ')}.` : 'None is configured.'
      throw new Failure('REGISTRY_UNAVAILABLE', detail, waitsMs.length ? { retryAfterMs: Math.min(...waitsMs) } : {})
    },
  }
}

async function ask(
  fetch: typeof undiciFetch,
  url: string,
  cnpj: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Answer> {
  signal.throwIfAborted()
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/${cnpj}`, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.any([signal, timeout]),
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      if (response.status === 404) return { kind: 'unknown' }
      const retryAfterMs = readRetryAfterMs(response.headers.get('retry-after'))
      const reason = `answered HTTP ${response.status}`
      return retryAfterMs === undefined ? { kind: 'silent', reason } : { kind: 'silent', reason, retryAfterMs }
    }
    const body = await readBody(response)
    if (body === undefined) return { kind: 'silent', reason: 'answered more than 1 MB' }
    const record = readRegistryRecord(parseJson(body), { cnpj, source: new URL(url).host, fetchedAt: new Date() })
    return record ? { kind: 'record', record } : { kind: 'silent', reason: 'answered something other than the record' }
  } catch (error) {
    signal.throwIfAborted()
    if (timeout.aborted) return { kind: 'silent', reason: `did not answer within ${timeoutMs / 1000} s` }
    return { kind: 'silent', reason: `could not be reached${errorCode(error)}` }
  }
}

async function readBody(response: Awaited<ReturnType<typeof undiciFetch>>): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > largestBodyBytes) return undefined
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readRetryAfterMs(header: string | null): number | undefined {
  if (!header) return undefined
  if (/^\d{1,6}$/.test(header.trim())) return Number(header) * 1000
  const dateMs = Date.parse(header)
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - Date.now())
}

function errorCode(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : undefined
  const code = cause && typeof cause === 'object' && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? ` (${code})` : ''
}
