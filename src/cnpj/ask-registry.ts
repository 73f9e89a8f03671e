import type { fetch as undiciFetch } from 'undici'
import { retryAfterMs } from '../retry-after.ts'
import { type RegistryRecord, readRegistryRecord } from './registry-record.ts'
import type { RegistrySource } from './registry-source.ts'
import { errorSentence, saysUnknown } from './wire-formats.ts'

/**
 * What came of one call. `limited`: it wants to be left alone for `pauseMs`. `silent`: neither a record nor a "no";
 * `isTrouble` when that is the registry's own trouble, rather than this question's.
 */
export type Answer =
  | { kind: 'record'; record: RegistryRecord }
  | { kind: 'unknown' }
  | { kind: 'limited'; pauseMs: number }
  | { kind: 'silent'; reason: string; isTrouble: boolean; retryAfterMs?: number | undefined }

type Response = Awaited<ReturnType<typeof undiciFetch>>

const largestBodyBytes = 1024 * 1024
/** minhareceita.org says 429 as plain text, without a time; the limits that are known count minutes. */
const defaultPauseMs = 60_000
const leastPauseMs = 1_000
const mostPauseMs = 30 * 60_000
/** The question is refused, not the asker: an old registry does not take the numbers with letters, for one. */
const questionRefused = [400, 405, 406, 410, 414, 422]

/**
 * Asks one registry for one company: `GET {url}/{cnpj}`. Redirects are not followed, since whoever configures a host
 * means that host. Throws only the signal's reason.
 */
export async function askRegistry(
  cnpj: string,
  source: RegistrySource,
  { fetch, userAgent, signal }: { fetch: typeof undiciFetch; userAgent: string; signal: AbortSignal },
): Promise<Answer> {
  const timeout = AbortSignal.timeout(source.timeoutMs)
  try {
    const response = await fetch(`${source.url}/${cnpj}`, {
      // BrasilAPI refuses the agents that fetch names by itself (its issue 835).
      headers: { accept: 'application/json', 'user-agent': userAgent },
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      return refusal(response)
    }
    const body = await readBody(response)
    if (body === undefined) return trouble('answered more than 1 MB')
    return readAnswer(parseJson(body), cnpj, source)
  } catch (error) {
    signal.throwIfAborted()
    if (timeout.aborted) return trouble(`did not answer within ${source.timeoutMs / 1000} s`)
    return trouble(`could not be reached${errorCode(error)}`)
  }
}

const trouble = (reason: string): Answer => ({ kind: 'silent', reason, isTrouble: true })

function refusal({ status, headers }: Response): Answer {
  if (status === 404) return { kind: 'unknown' }
  const askedMs = retryAfterMs(headers.get('retry-after'))
  if (status === 429) {
    return { kind: 'limited', pauseMs: Math.min(Math.max(askedMs ?? defaultPauseMs, leastPauseMs), mostPauseMs) }
  }
  const isTrouble = !questionRefused.includes(status)
  return { kind: 'silent', reason: `answered HTTP ${status}`, isTrouble, retryAfterMs: askedMs }
}

function readAnswer(answer: unknown, cnpj: string, { host }: RegistrySource): Answer {
  if (saysUnknown(answer)) return { kind: 'unknown' }
  const error = errorSentence(answer)
  if (error !== undefined) {
    return { kind: 'silent', reason: `answered an error (${error.slice(0, 100)})`, isTrouble: false }
  }
  const record = readRegistryRecord(answer, { cnpj, source: host, fetchedAt: new Date() })
  return record ? { kind: 'record', record } : trouble('answered something other than the record')
}

async function readBody(response: Response): Promise<string | undefined> {
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

function errorCode(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : undefined
  const code = cause && typeof cause === 'object' && 'code' in cause ? cause.code : undefined
  return typeof code === 'string' ? ` (${code})` : ''
}
