import { request } from 'undici'
import { z } from 'zod'
import { Failure } from '../errors.ts'
import type { ResponseHeaders } from './llm-failure.ts'

const BODY_LIMIT_BYTES = 8 * 1024 * 1024

export type ChatCompletion = { text: string; truncated: boolean; tokensIn: number; tokensOut: number }

/** An answer that is an error, with the status it means: OpenRouter sends some as a 200 with `error.code`. */
export type ChatRefusal = { status: number; headers: ResponseHeaders; bodyText: string }

const count = z.number().int().nonnegative().catch(0)
const errorBody = z.union([z.string().min(1), z.looseObject({ code: z.unknown().optional() })])

const completion = z.object({
  choices: z
    .tuple([
      z.object({
        finish_reason: z.string().nullish().catch(null),
        message: z.object({
          content: z.union([z.string(), z.array(z.object({ text: z.string().catch('') }))]).nullish(),
        }),
      }),
    ])
    .rest(z.unknown()),
  usage: z.object({ prompt_tokens: count, completion_tokens: count }).nullish().catch(null),
})

const failed = z.union([
  z.object({ error: errorBody }).transform(({ error }) => error),
  z
    .object({ choices: z.tuple([z.object({ error: errorBody })]).rest(z.unknown()) })
    .transform(({ choices }) => choices[0].error),
])

/** The chat endpoint of an OpenAI-compatible base URL. A bare origin means the usual `/v1`. */
export function chatCompletionsUrl(baseUrl: string): string {
  const url = new URL(baseUrl)
  url.pathname = `${url.pathname.replace(/\/+$/, '') || '/v1'}/chat/completions`
  return url.href
}

/**
 * One `POST` to a chat endpoint. The time-out covers everything from connecting to the last byte.
 *
 * @throws Failure LLM_UNAVAILABLE if no answer came, or none that is a chat completion or a known error;
 *   the signal's own reason when the caller aborted, which also closes the connection.
 */
export async function postChat(
  url: string,
  options: { apiKey: string | undefined; body: object; timeoutMs: number; signal: AbortSignal },
): Promise<ChatCompletion | ChatRefusal> {
  const { status, headers, bodyText } = await post(url, options)
  if (status < 200 || status > 299) return { status, headers, bodyText }
  const json = parseJson(bodyText)
  const error = failed.safeParse(json).data
  if (error) return { status: statusOf(error) ?? status, headers, bodyText }
  const { data } = completion.safeParse(json)
  if (!data) throw new Failure('LLM_UNAVAILABLE', 'Its answer was not a chat completion.')
  const [choice] = data.choices
  const content = choice.message.content ?? ''
  return {
    text: typeof content === 'string' ? content : content.map((part) => part.text).join(''),
    truncated: choice.finish_reason === 'length',
    tokensIn: data.usage?.prompt_tokens ?? 0,
    tokensOut: data.usage?.completion_tokens ?? 0,
  }
}

async function post(
  url: string,
  { apiKey, body, timeoutMs, signal }: Parameters<typeof postChat>[1],
): Promise<ChatRefusal> {
  try {
    const response = await request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      // The signal alone decides; undici's own limits would cut a slow model off at five minutes.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    const chunks: Buffer[] = []
    let sizeBytes = 0
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length
      if (sizeBytes > BODY_LIMIT_BYTES) throw new Failure('LLM_UNAVAILABLE', 'Its answer was too large.')
      chunks.push(chunk)
    }
    const bodyText = Buffer.concat(chunks).toString('utf8')
    return { status: response.statusCode, headers: response.headers, bodyText }
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (error instanceof Failure) throw error
    const detail = (error as Error).name === 'TimeoutError' ? `It took longer than ${timeoutMs / 1000} s.` : undefined
    throw new Failure('LLM_UNAVAILABLE', detail, { cause: error })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function statusOf(error: z.infer<typeof errorBody>): number | undefined {
  const code = typeof error === 'string' ? Number.NaN : Number(error.code)
  return code >= 400 && code <= 599 ? code : undefined
}
