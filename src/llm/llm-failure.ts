import { Failure } from '../errors.ts'
import { retryAfterMs as headerMs } from '../retry-after.ts'

const LEAST_WAIT_MS = 1_000
const MOST_WAIT_MS = 10 * 60_000

/** Header names in lower case, as Node and undici give them. */
export type ResponseHeaders = Record<string, string | string[] | undefined>

const contextExceeded = new RegExp(
  [
    'maximum context length is \\d+', // vLLM, OpenAI
    "input \\(\\d+ tokens\\) is longer than the model's context length", // SGLang
    'exceeds the (available )?context', // llama.cpp, Ollama
    'greater than the context length', // LM Studio
    'context_length_exceeded|exceed_context_size_error', // the stable codes that some send beside the sentence
  ].join('|'),
  'i',
)

/**
 * OpenAI answers 429 to an account without money too, and no waiting helps against that; gateways in front of it say 400
 * or 403, or 200.
 */
const outOfQuota = /insufficient_quota|billing_hard_limit_reached/i

/** A 403 is about the key or the account, unless a moderator did not like the prompt. */
const aboutPrompt = /moderat|flagged|content.?(policy|filter)/i

/** And 429 to a prompt that alone is over what a minute allows: it never will be allowed, but a smaller one is. */
const overMinute = /request too large for /i

/**
 * What an answer that is an error means for the job. The body may be `{"error":{message,type,code}}`, a flat
 * `{"object":"error","message"}`, `{"error":"…"}` or no JSON at all; the words count, not the form.
 *
 * `LLM_KEY_REJECTED`, `LLM_NO_CREDITS`, `LLM_NOT_FOUND` and `LLM_REJECTED` where asking again would not help,
 * `LLM_CONTEXT_EXCEEDED` where a smaller prompt would, `LLM_RATE_LIMITED` and `LLM_UNAVAILABLE` where waiting does, with
 * `retryAfterMs` if it was named.
 */
export function llmFailure(status: number, headers: ResponseHeaders, bodyText: string): Failure {
  // A refused key may be quoted in the refusal, and a failure's message reaches the caller.
  const said = status === 401 || status === 403 ? undefined : errorMessage(bodyText)
  const detail = `It said ${status}${said ? `: ${said.slice(0, 300)}` : ''}.`
  const retryAfterMs = waitMs(headers, Date.now())

  if (status === 401) return new Failure('LLM_KEY_REJECTED', detail)
  // A 422 quotes what was asked.
  if (status === 402 || (status !== 422 && outOfQuota.test(bodyText))) return new Failure('LLM_NO_CREDITS', detail)
  if (status === 404) return new Failure('LLM_NOT_FOUND', detail)
  if (
    status === 413 ||
    ([400, 422, 500].includes(status) && contextExceeded.test(bodyText)) ||
    (status === 429 && overMinute.test(bodyText))
  ) {
    return new Failure('LLM_CONTEXT_EXCEEDED', detail)
  }
  if (status === 429) return new Failure('LLM_RATE_LIMITED', detail, { retryAfterMs })
  // LM Studio answers a wrong path with 200 and this sentence.
  if (status === 200 && /unexpected endpoint/i.test(bodyText)) return new Failure('LLM_NOT_FOUND', detail)
  const transient = status < 300 || status >= 500 || status === 408 || status === 409 || status === 425
  return transient
    ? new Failure('LLM_UNAVAILABLE', detail, { retryAfterMs, cause: { status } }) // which call-end.ts looks at
    : new Failure('LLM_REJECTED', detail, { cause: { status, isAboutPrompt: aboutPrompt.test(bodyText) } })
}

/** The sentence in an error body of any of the known forms; undefined if the body is not JSON or says nothing. */
export function errorMessage(bodyText: string): string | undefined {
  try {
    const body = JSON.parse(bodyText)
    const message = body?.error?.message ?? body?.error ?? body?.message ?? body?.detail
    return typeof message === 'string' ? message : message && JSON.stringify(message)
  } catch {
    return undefined
  }
}

/**
 * How long the server asks to wait: `retry-after-ms` (OpenAI, Azure) or `Retry-After`, kept between a second and ten
 * minutes.
 */
function waitMs(headers: ResponseHeaders, nowMs: number): number | undefined {
  const exactMs = Number(headers['retry-after-ms'] ?? Number.NaN)
  const askedMs = Number.isNaN(exactMs) ? headerMs(headers['retry-after'], nowMs) : exactMs
  return askedMs === undefined ? undefined : Math.min(Math.max(Math.ceil(askedMs), LEAST_WAIT_MS), MOST_WAIT_MS)
}
