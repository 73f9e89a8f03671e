import { request } from 'undici'
import { z } from 'zod'
import { Failure } from '../errors.ts'
import type { ResponseHeaders } from './llm-failure.ts'

const BODY_LIMIT_BYTES = 8 * 1024 * 1024

/** `tokensIn` and `tokensOut` are undefined where the server does not count. */
export type ChatCompletion = {
  text: string
  truncated: boolean
  tokensIn: number | undefined
  tokensOut: number | undefined
}

type HttpAnswer = { status: number; headers: ResponseHeaders; bodyText: string }
type TokenCounts = Pick<ChatCompletion, 'tokensIn' | 'tokensOut'>

/**
 * An answer that is an error, with the status it means: OpenRouter sends some as a 200 with `error.code`. Or one that is
 * neither an error nor a completion. Both may have cost tokens.
 */
export type ChatRefusal = HttpAnswer & TokenCounts & { isUnknown: boolean }

const count = z.int().nonnegative().optional().catch(undefined)
const errorBody = z.union([z.string().min(1), z.looseObject({ code: z.unknown().optional() })])

/** A string at OpenAI; some send the object itself. */
const calledFunction = z.object({
  arguments: z.union([z.string(), z.record(z.string(), z.unknown()).transform((object) => JSON.stringify(object))]),
})

const usageOf = z.object({ prompt_tokens: count, completion_tokens: count }).nullish().catch(null)

const completion = z.object({
  choices: z
    .tuple([
      z.object({
        finish_reason: z.string().nullish().catch(null),
        message: z.object({
          content: z.union([z.string(), z.array(z.object({ text: z.string().catch('') }))]).nullish(),
          tool_calls: z
            .array(z.object({ function: calledFunction }))
            .nullish()
            .catch(null),
          function_call: calledFunction.nullish().catch(null), // what tool_calls were before
          reasoning_content: z.string().nullish().catch(null),
          reasoning: z.string().nullish().catch(null),
          refusal: z.string().nullish().catch(null),
        }),
      }),
    ])
    .rest(z.unknown()),
})
const counted = z.object({ usage: usageOf }).catch({ usage: null })

type Message = z.infer<typeof completion>['choices'][0]['message']

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
 * @throws Failure LLM_UNAVAILABLE if no answer came, or one that is too large; the signal's own reason when the caller aborted, which also closes the connection.
 */
export async function postChat(
  url: string,
  options: { apiKey: string | undefined; body: object; timeoutMs: number; signal: AbortSignal },
): Promise<ChatCompletion | ChatRefusal> {
  const { status, headers, bodyText } = await post(url, options)
  const json = parseJson(bodyText)
  const { usage } = counted.parse(json)
  const tokens = { tokensIn: usage?.prompt_tokens, tokensOut: usage?.completion_tokens }
  const refusal = { status, headers, bodyText, ...tokens, isUnknown: false }
  if (status < 200 || status > 299) return refusal
  const error = failed.safeParse(json).data
  if (error) return { ...refusal, status: statusOf(error) ?? status }
  const { data } = completion.safeParse(json)
  if (!data) return { ...refusal, isUnknown: true }
  const [choice] = data.choices
  return {
    text: textOf(choice.message),
    truncated: choice.finish_reason === 'length',
    ...tokens,
  }
}

/**
 * The answer, wherever it stands: some models call a tool that nobody offered, and vLLM puts the whole answer of a model
 * that was told not to think into its reasoning (thoughts proper are prose, and are left alone). A refusal is what the
 * model is shown when it is asked once more.
 */
function textOf(message: Message): string {
  const { content, tool_calls: toolCalls, function_call: functionCall, refusal } = message
  const text = typeof content === 'string' ? content : (content ?? []).map((part) => part.text).join('')
  if (text.trim() !== '') return text
  const reasoning = (message.reasoning_content ?? message.reasoning ?? '').trim()
  const isObject = reasoning.startsWith('{') && reasoning.endsWith('}')
  return (toolCalls?.[0]?.function ?? functionCall)?.arguments ?? (isObject ? reasoning : (refusal ?? ''))
}

async function post(
  url: string,
  { apiKey, body, timeoutMs, signal }: Parameters<typeof postChat>[1],
): Promise<HttpAnswer> {
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
    return JSON.parse(text.replace(/^\uFEFF/, '')) // which UTF-8 does not need, and JSON.parse refuses
  } catch {
    return undefined
  }
}

function statusOf(error: z.infer<typeof errorBody>): number | undefined {
  const code = typeof error === 'string' ? Number.NaN : Number(error.code)
  return code >= 400 && code <= 599 ? code : undefined
}
