import { setTimeout as wait } from 'node:timers/promises'
import type { z } from 'zod'
import { Failure } from '../errors.ts'
import { type ChatCompletion, chatCompletionsUrl, postChat } from './chat-completion.ts'
import { type ContextSize, createContextSize, modelsUrlOf } from './context-size.ts'
import { type Dialect, firstDialect, type LlmMessage, nextDialect, requestBody, schemaInstruction } from './dialect.ts'
import { llmFailure } from './llm-failure.ts'
import { type ParsedAnswer, parseAnswer, withoutReasoning } from './parse-answer.ts'
import { retryDelayMs } from './retry-delay.ts'
import { type JsonSchema, strictJsonSchema } from './strict-schema.ts'
import { isPromptTruncated } from './truncated-prompt.ts'
import { addUsage, costOf, type LlmCall, type LlmPrices, type LlmUsage, noUsage, roughTokens } from './usage.ts'
import type { LlmEndpoint, SlotWishes } from './with-slot.ts'

export type LlmRequest<T> = {
  /** Letters, digits, `_` and `-`, at most 64. */
  schemaName: string
  /** An object. Optional keys are asked for as nullable, and a null comes back as absent. */
  schema: z.ZodType<T>
  messages: LlmMessage[]
  maxTokens: number
  signal: AbortSignal
  /** The job on whose account the calls go. */
  jobId?: string
  /** Every call is added here as it ends, so that what a failed completion has used is not lost. */
  usage?: LlmUsage
}

export type LlmClient = {
  /**
   * Asks for one JSON object that fits the schema. Two things are tried again at once, because only this side knows
   * how: an answer that does not fit (the model is shown it, and what is wrong with it) and one that was cut off
   * (with twice the tokens), each once. A call that failed for the moment is made again for as long as `retryForMs`
   * says; what is left of it then, and everything else, is the queue's to retry.
   *
   * @throws Failure LLM_ANSWER_INVALID, LLM_CONTEXT_EXCEEDED (a smaller prompt may fit), LLM_KEY_REJECTED,
   *   LLM_NO_CREDITS, LLM_NOT_FOUND, LLM_REJECTED, LLM_RATE_LIMITED or LLM_UNAVAILABLE; whatever `withSlot` throws; the
   *   signal's own reason when it aborted.
   */
  complete<T>(request: LlmRequest<T>): Promise<{ value: T; usage: LlmUsage }>
  /**
   * How many tokens of prompt and answer together the model takes; undefined: nobody says. Absent on a client that
   * cannot know. The server is asked once, for five seconds at most. Throws the signal's reason only.
   */
  contextTokens?(signal: AbortSignal): Promise<number | undefined>
}

export type LlmClientOptions = {
  /** OpenAI-compatible, with or without `/v1`. Called where `withSlot` names no other. */
  baseUrl: string
  apiKey?: string | undefined
  /** All that `withSlot` may name; the context is the smallest of theirs. */
  endpoints?: readonly LlmEndpoint[]
  model: string
  /** For one HTTP call. */
  timeoutMs?: number
  /**
   * From its first failure, how long a call that failed for the moment is made again; 0 unless given. Less than a job's
   * time, or the job ends before its failure is known.
   */
  retryForMs?: number
  /** What the operator knows of the context. */
  contextTokens?: number | undefined
  prices?: LlmPrices | undefined
  /** Told of every HTTP call as it ends. */
  record?: (call: LlmCall) => void
  /**
   * Holds one of the slots that all processes share while `use` runs. It wraps each HTTP call on its own and nothing
   * else; `use` throws the Failure that the call ended with, so that a limit can follow the errors. It may run `use`
   * again at another endpoint.
   */
  withSlot: <T>(signal: AbortSignal, use: (endpoint?: LlmEndpoint) => Promise<T>, wishes?: SlotWishes<T>) => Promise<T>
  log?: { debug(fields: object, message: string): void; info(fields: object, message: string): void }
}

type Question = Parameters<typeof requestBody>[1]
/** On whose behalf a call is made: told what it used, also when it failed. */
type Asker = {
  account(used: LlmUsage, isFailed: boolean): void
  /** Whether a whole answer can be used. */
  isUsable(answer: ChatCompletion): boolean
  /** The endpoints whose answer to this question could not be used. */
  disappointing: Set<string>
  signal: AbortSignal
}

/** An endpoint, and what has been learnt of it. */
type Place = { url: string; apiKey: string | undefined; learnt: Dialect; context: ContextSize }

/**
 * A client of one model, at one endpoint or several. It learns how each wants to be asked for JSON from the first call
 * that works there, and remembers it as long as it lives: construct one per process.
 */
export function createLlmClient(options: LlmClientOptions): LlmClient {
  const { model, timeoutMs = 120_000, retryForMs = 0, prices, record, withSlot, log } = options
  const first = { baseUrl: options.baseUrl, apiKey: options.apiKey }
  const places = new Map((options.endpoints ?? [first]).map((endpoint) => [endpoint.baseUrl, placeOf(endpoint)]))

  function placeOf({ baseUrl, apiKey }: LlmEndpoint): Place {
    const url = chatCompletionsUrl(baseUrl)
    const modelsUrl = modelsUrlOf(url)
    const context = createContextSize({ modelsUrl, apiKey, model, configuredTokens: options.contextTokens })
    return { url, apiKey, learnt: firstDialect, context }
  }

  /** One HTTP call: the completion, or undefined where the endpoint wants to be asked in another dialect. */
  function call(
    dialects: Map<Place, Dialect>,
    question: Question,
    { account, isUsable, disappointing, signal }: Asker,
  ): Promise<ChatCompletion | undefined> {
    const unusable = new WeakSet<ChatCompletion>()
    const ask = async (endpoint: LlmEndpoint) => {
      const place = places.get(endpoint.baseUrl) ?? placeOf(endpoint)
      places.set(endpoint.baseUrl, place)
      const { url, apiKey, learnt, context } = place
      const dialect = dialects.get(place) ?? learnt
      const startedMs = performance.now()
      const used = { ...noUsage(prices), calls: 1 }
      let isFailed = true
      try {
        const answer = await postChat(url, { apiKey, body: requestBody(dialect, question), timeoutMs, signal })
        if ('text' in answer) {
          isFailed = false
          used.tokensIn = answer.tokensIn ?? roughTokens(charactersOf(question.messages))
          used.tokensOut = answer.tokensOut ?? roughTokens(answer.text.length)
          if (prices) used.cost = costOf(prices, used.tokensIn, used.tokensOut)
          if (JSON.stringify(learnt) !== JSON.stringify(dialect)) log?.info({ model, ...dialect }, 'llm dialect learnt')
          place.learnt = dialect
          return wholly(answer, question, context)
        }
        used.tokensIn = answer.tokensIn ?? 0
        used.tokensOut = answer.tokensOut ?? 0
        if (prices) used.cost = costOf(prices, used.tokensIn, used.tokensOut)
        if (answer.isUnknown) throw new Failure('LLM_UNAVAILABLE', 'Its answer was not a chat completion.')
        const next = nextDialect(dialect, answer.status, answer.bodyText)
        if (next) {
          dialects.set(place, next)
          return undefined
        }
        const failure = llmFailure(answer.status, answer.headers, answer.bodyText)
        if (failure.code === 'LLM_CONTEXT_EXCEEDED') context.learnFrom(answer.bodyText)
        throw failure
      } finally {
        used.latencyMs = performance.now() - startedMs
        account(used, isFailed)
        log?.debug({ model, format: dialect.format, latencyMs: Math.round(used.latencyMs) }, 'llm call')
      }
    }
    const askAndJudge = async (endpoint: LlmEndpoint = first) => {
      const answer = await ask(endpoint)
      if (answer && !answer.truncated && !isUsable(answer)) {
        disappointing.add(endpoint.baseUrl)
        unusable.add(answer)
      }
      return answer
    }
    const isUnusable = (answer: ChatCompletion | undefined) => answer !== undefined && unusable.has(answer)
    return withSlot(signal, askAndJudge, { avoid: disappointing, isUnusable })
  }

  /** The same, until it does not fail for the moment any more. In between it holds no slot. */
  async function patiently(...[dialects, question, asker]: Parameters<typeof call>): ReturnType<typeof call> {
    let firstFailureMs: number | undefined
    for (let tries = 1; ; tries++) {
      try {
        return await call(dialects, question, asker)
      } catch (error) {
        if (asker.signal.aborted) throw error
        firstFailureMs ??= performance.now()
        const leftMs = firstFailureMs + retryForMs - performance.now()
        const delayMs = retryDelayMs(error, { tries, leftMs, random: Math.random() })
        if (delayMs === undefined) throw error
        await wait(delayMs, undefined, { signal: asker.signal }).catch(() => {
          throw asker.signal.reason
        })
      }
    }
  }

  async function ask(question: Question, asker: Asker): Promise<ChatCompletion> {
    const dialects = new Map<Place, Dialect>()
    for (;;) {
      const answer = await patiently(dialects, question, asker)
      if (answer) return answer
    }
  }

  return {
    async contextTokens(signal) {
      const sizes = await Promise.all([...places.values()].map(({ context }) => context.tokens(signal)))
      const known = sizes.filter((size) => size !== undefined)
      return known.length > 0 ? Math.min(...known) : undefined
    },
    async complete({ schemaName, schema, messages, maxTokens, signal, jobId, usage: outer }) {
      const usage = noUsage(prices)
      const account = (used: LlmUsage, isFailed: boolean) => {
        addUsage(usage, used)
        if (outer) addUsage(outer, used)
        record?.({ ...used, model, jobId, isFailed })
      }
      const question = { model, schemaName, jsonSchema: strictJsonSchema(schema), messages, maxTokens }
      const last: { parsed?: ParsedAnswer<z.infer<typeof schema>> } = {}
      const isUsable = ({ text }: ChatCompletion) => {
        last.parsed = parseAnswer(schema, text)
        return 'value' in last.parsed
      }
      const asker: Asker = { account, isUsable, disappointing: new Set(), signal }
      let repaired = false
      for (;;) {
        const { text, truncated } = await ask(question, asker)
        if (truncated) {
          if (question.maxTokens > maxTokens) {
            throw new Failure('LLM_ANSWER_INVALID', `It was cut off at ${question.maxTokens} tokens.`)
          }
          question.maxTokens = maxTokens * 2
          continue
        }
        const parsed = last.parsed!
        if ('value' in parsed) return { value: parsed.value, usage }
        if (repaired) throw new Failure('LLM_ANSWER_INVALID', parsed.problem.slice(0, 300))
        repaired = true
        question.messages = [...messages, ...repairRound(text, parsed.problem, question.jsonSchema)]
      }
    },
  }
}

/** @throws Failure LLM_CONTEXT_EXCEEDED if the server has left out part of the prompt without a word. */
function wholly(answer: ChatCompletion, { messages }: Question, context: ContextSize): ChatCompletion {
  const { tokensIn } = answer
  if (tokensIn === undefined || !isPromptTruncated(charactersOf(messages), tokensIn)) return answer
  context.learn(tokensIn)
  throw new Failure('LLM_CONTEXT_EXCEEDED', `It read only ${tokensIn} tokens of ${charactersOf(messages)} characters.`)
}

const charactersOf = (messages: readonly LlmMessage[]): number =>
  messages.reduce((sum, { content }) => sum + content.length, 0)

/** The schema is said again in words: some servers take `response_format` and ignore it. */
function repairRound(answer: string, problem: string, schema: JsonSchema): LlmMessage[] {
  const shown = withoutReasoning(answer)
  return [
    ...(shown ? [{ role: 'assistant' as const, content: shown }] : []),
    { role: 'user', content: `That answer cannot be used:\n${problem}\n\n${schemaInstruction(schema)}` },
  ]
}
