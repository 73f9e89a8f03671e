import { request } from 'undici'
import { z } from 'zod'
import { untilAborted } from '../until-aborted.ts'

const timeoutMs = 5_000
/** A list that could not be had is asked for again, this much later at the earliest. */
const askAgainMs = 60_000
/** OpenRouter's list of all models takes a few hundred kilobytes. */
const mostBytes = 8 * 1024 * 1024

const size = z.int().positive().optional().catch(undefined)
const entry = z.looseObject({
  id: z.string().catch(''),
  max_model_len: size, // vLLM, SGLang
  loaded_context_length: size, // LM Studio
  context_length: size, // OpenRouter, Together
  context_window: size, // Groq
  max_context_length: size, // Mistral
  top_provider: z.looseObject({ context_length: size }).optional().catch(undefined), // OpenRouter: who will answer
  meta: z.looseObject({ n_ctx: size }).optional().catch(undefined), // llama.cpp
})
const list = z.object({ data: z.array(entry) })

/** What an error says of the context: vLLM and OpenAI, SGLang, Ollama and llama.cpp. */
const statedSizes = [
  /maximum context length is (\d+)/i,
  /longer than the model's context length \((\d+) tokens\)/i,
  /exceeds the (?:available )?context (?:size|length|window)? ?\((\d+) tokens\)/i,
  /"n_ctx"\s*:\s*(\d+)/,
]

/** How many tokens of prompt and answer together a model takes, as far as anybody has said. */
export type ContextSize = {
  /** The smallest number known; undefined: nobody says. Asks the server the first time. Throws the signal's reason only. */
  tokens(signal: AbortSignal): Promise<number | undefined>
  /** Takes the number from an error, if there is one. */
  learnFrom(bodyText: string): void
  /** A server was seen to take no more than this. */
  learn(tokens: number): void
}

/**
 * What `GET {base}/models` says of a model, what the operator says, and what errors have taught since: the smallest of
 * them, for none of them can be exceeded. Models are listed in OpenAI's form, whose `data` has no context length; each
 * server that adds one calls it otherwise.
 */
export function createContextSize({
  modelsUrl,
  apiKey,
  model,
  configuredTokens,
}: {
  modelsUrl: string
  apiKey: string | undefined
  model: string
  configuredTokens: number | undefined
}): ContextSize {
  let smallest = configuredTokens
  let asking: Promise<void> | undefined
  let askedMs = Number.NEGATIVE_INFINITY

  const learn = (tokens: number | undefined) => {
    if (tokens !== undefined && tokens > 0) smallest = Math.min(smallest ?? tokens, tokens)
  }

  async function ask(): Promise<void> {
    try {
      learn(contextOf(await readModels(modelsUrl, apiKey), model))
    } catch {
      // Whoever cannot be asked now says nothing of the context. Its next error may.
      asking = undefined
    }
  }

  return {
    learn,
    learnFrom(bodyText) {
      for (const stated of statedSizes) learn(Number(stated.exec(bodyText)?.[1] ?? 0))
    },
    async tokens(signal) {
      if (asking === undefined && performance.now() - askedMs >= askAgainMs) {
        askedMs = performance.now()
        asking = ask()
      }
      if (asking) await untilAborted(asking, signal)
      return smallest
    },
  }
}

/** Where an OpenAI-compatible server lists its models, next to its chat endpoint. */
export const modelsUrlOf = (chatUrl: string): string => chatUrl.replace(/\/chat\/completions$/, '/models')

/** The context that a list of models gives for one; a list of one model is about that one, whatever its name there. */
export function contextOf(body: unknown, model: string): number | undefined {
  const models = list.safeParse(body).data?.data ?? []
  const found = models.find(({ id }) => id === model) ?? (models.length === 1 ? models[0] : undefined)
  if (!found) return undefined
  const served = found.max_model_len ?? found.loaded_context_length ?? found.meta?.n_ctx
  if (served !== undefined) return served
  const stated = [
    found.top_provider?.context_length,
    found.context_length ?? found.context_window ?? found.max_context_length,
  ].filter((each) => each !== undefined)
  return stated.length > 0 ? Math.min(...stated) : undefined
}

async function readModels(url: string, apiKey: string | undefined): Promise<unknown> {
  const response = await request(url, {
    headers: { accept: 'application/json', ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) },
    signal: AbortSignal.timeout(timeoutMs),
  })
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > mostBytes) return undefined
    chunks.push(chunk)
  }
  if (response.statusCode >= 500 || response.statusCode === 429) throw new Error(`HTTP ${response.statusCode}`)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}
