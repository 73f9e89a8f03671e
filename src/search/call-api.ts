import { request } from 'undici'
import { Failure } from '../errors.ts'

const BODY_LIMIT_BYTES = 2 * 1024 * 1024

export type ApiCall = {
  method: 'GET' | 'POST'
  headers: Record<string, string>
  body?: string
  /** For the whole call, the body's last byte included. */
  timeoutMs: number
  signal: AbortSignal
}

/** `json` is undefined where the body is none: HTML, half an answer, nothing. */
export type ApiAnswer = { status: number; header(name: string): string | undefined; json: unknown }

/**
 * One call of a provider's API. Redirects are not followed: they would take the key to another host.
 *
 * @throws Failure SEARCH_UNAVAILABLE when no answer came, or one over 2 MB; the signal's own reason when it aborted.
 */
export async function callApi(url: string, { timeoutMs, signal, ...call }: ApiCall): Promise<ApiAnswer> {
  signal.throwIfAborted()
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await request(url, { ...call, signal: AbortSignal.any([signal, timeout]) })
    const chunks: Buffer[] = []
    let sizeBytes = 0
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length
      if (sizeBytes > BODY_LIMIT_BYTES) throw new Failure('SEARCH_UNAVAILABLE', 'Its answer was too large.')
      chunks.push(chunk)
    }
    return {
      status: response.statusCode,
      header: (name) => [response.headers[name]].flat()[0],
      json: parseJson(Buffer.concat(chunks).toString('utf8')),
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (error instanceof Failure) throw error
    const what = timeout.aborted ? `It did not answer within ${timeoutMs / 1000} s` : `It could not be reached`
    throw new Failure('SEARCH_UNAVAILABLE', `${what}${timeout.aborted ? '' : errorCode(error)}.`, { cause: error })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}

function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? ` (${code})` : ''
}
