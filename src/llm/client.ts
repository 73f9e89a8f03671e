import type { z } from 'zod'
import { Failure } from '../errors.ts'
import { type ChatCompletion, chatCompletionsUrl, postChat } from './chat-completion.ts'
import { type Dialect, firstDialect, type LlmMessage, nextDialect, requestBody, schemaInstruction } from './dialect.ts'
import { llmFailure } from './llm-failure.ts'
import { parseAnswer, withoutReasoning } from './parse-answer.ts'
import { type JsonSchema, strictJsonSchema } from './strict-schema.ts'

/** Summed over the calls of one completion. `latencyMs` counts the calls only, not the wait for a slot. */
export type LlmUsage = { tokensIn: number; tokensOut: number; calls: number; latencyMs: number }

export type LlmRequest<T> = {
  /** Letters, digits, `_` and `-`, at most 64. */
  schemaName: string
  /** An object. Optional keys are asked for as nullable, and a null comes back as absent. */
  schema: z.ZodType<T>
  messages: LlmMessage[]
  maxTokens: number
  signal: AbortSignal
}

export type LlmClient = {
  /**
   * Asks for one JSON object that fits the schema. Two things are tried again at once, because only this side knows
   * how: an answer that does not fit (the model is shown it, and what is wrong with it) and one that was cut off
   * (with twice the tokens), each once. Everything else is the queue's to retry.
   *
   * @throws Failure LLM_ANSWER_INVALID, LLM_CONTEXT_EXCEEDED (a smaller prompt may fit), LLM_REJECTED,
   *   LLM_RATE_LIMITED or LLM_UNAVAILABLE; whatever `withSlot` throws; the signal's own reason when it aborted.
   */
  complete<T>(request: LlmRequest<T>): Promise<{ value: T; usage: LlmUsage }>
}

export type LlmClientOptions = {
  /** OpenAI-compatible, with or without `/v1`. */
  baseUrl: string
  apiKey?: string | undefined
  model: string
  /** For one HTTP call. */
  timeoutMs?: number
  /**
   * Holds one of the slots that all processes share while `use` runs. It wraps each HTTP call on its own and nothing
   * else; `use` throws the Failure that the call ended with, so that a limit can follow the errors.
   */
  withSlot: <T>(signal: AbortSignal, use: () => Promise<T>) => Promise<T>
  log?: { debug(fields: object, message: string): void; info(fields: object, message: string): void }
}

/**
 * A client of one model at one endpoint. It learns how the endpoint wants to be asked for JSON from the first call
 * that works, and remembers it as long as it lives: construct one per process.
 */
export function createLlmClient(options: LlmClientOptions): LlmClient {
  const { apiKey, model, timeoutMs = 120_000, withSlot, log } = options
  const url = chatCompletionsUrl(options.baseUrl)
  let learnt = firstDialect

  /** One HTTP call in one dialect: the completion, or the dialect to try instead. */
  function call(
    body: object,
    dialect: Dialect,
    usage: LlmUsage,
    signal: AbortSignal,
  ): Promise<ChatCompletion | Dialect> {
    return withSlot(signal, async () => {
      const startedMs = performance.now()
      usage.calls++
      try {
        const answer = await postChat(url, { apiKey, body, timeoutMs, signal })
        if ('text' in answer) return answer
        const next = nextDialect(dialect, answer.status, answer.bodyText)
        if (next) return next
        throw llmFailure(answer.status, answer.headers, answer.bodyText)
      } finally {
        const latencyMs = performance.now() - startedMs
        usage.latencyMs += latencyMs
        log?.debug({ model, format: dialect.format, latencyMs: Math.round(latencyMs) }, 'llm call')
      }
    })
  }

  async function ask(question: Parameters<typeof requestBody>[1], usage: LlmUsage, signal: AbortSignal) {
    let dialect = learnt
    for (;;) {
      const answer = await call(requestBody(dialect, question), dialect, usage, signal)
      if ('text' in answer) {
        if (JSON.stringify(learnt) !== JSON.stringify(dialect)) log?.info({ model, ...dialect }, 'llm dialect learnt')
        learnt = dialect
        usage.tokensIn += answer.tokensIn
        usage.tokensOut += answer.tokensOut
        return answer
      }
      dialect = answer
    }
  }

  return {
    async complete({ schemaName, schema, messages, maxTokens, signal }) {
      const usage: LlmUsage = { tokensIn: 0, tokensOut: 0, calls: 0, latencyMs: 0 }
      const question = { model, schemaName, jsonSchema: strictJsonSchema(schema), messages, maxTokens }
      let repaired = false
      for (;;) {
        const { text, truncated } = await ask(question, usage, signal)
        if (truncated) {
          if (question.maxTokens > maxTokens) {
            throw new Failure('LLM_ANSWER_INVALID', `It was cut off at ${question.maxTokens} tokens.`)
          }
          question.maxTokens = maxTokens * 2
          continue
        }
        const parsed = parseAnswer(schema, text)
        if ('value' in parsed) return { value: parsed.value, usage }
        if (repaired) throw new Failure('LLM_ANSWER_INVALID', parsed.problem.slice(0, 300))
        repaired = true
        question.messages = [...messages, ...repairRound(text, parsed.problem, question.jsonSchema)]
      }
    },
  }
}

/** The schema is said again in words: some servers take `response_format` and ignore it. */
function repairRound(answer: string, problem: string, schema: JsonSchema): LlmMessage[] {
  const shown = withoutReasoning(answer)
  return [
    ...(shown ? [{ role: 'assistant' as const, content: shown }] : []),
    { role: 'user', content: `That answer cannot be used:\n${problem}\n\n${schemaInstruction(schema)}` },
  ]
}
