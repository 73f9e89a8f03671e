import type { JsonSchema } from './strict-schema.ts'

export type LlmMessage = { role: 'system' | 'user' | 'assistant'; content: string }

/** How an endpoint wants to be asked for JSON. No two servers take the same, and none says beforehand what it takes. */
export type Dialect = {
  format: 'json_schema' | 'json_object' | 'prompt'
  /** OpenAI's reasoning models refuse `max_tokens`; Ollama ignores `max_completion_tokens`. */
  maxTokensKey: 'max_tokens' | 'max_completion_tokens'
  /** OpenAI's reasoning models take no temperature. */
  withTemperature: boolean
}

export const firstDialect: Dialect = { format: 'json_schema', maxTokensKey: 'max_tokens', withTemperature: true }

const aboutFormat =
  /response_format|json_schema|json_object|structured.?outputs?|guided|grammar|unsupported|not supported|does not support/i

/** llama.cpp and Ollama also break over a schema they cannot compile; any other words there are another fault. */
const aboutSchema = /json.?schema|response_format|grammar/i

/**
 * The next dialect to try after a refused request, or undefined if the refusal is not about the dialect, or there is
 * none left. 400 and 422 are refusals of what was asked; 500 and 501 are if they speak of the schema.
 */
export function nextDialect(dialect: Dialect, status: number, bodyText: string): Dialect | undefined {
  const isBroken = (status === 500 || status === 501) && aboutSchema.test(bodyText)
  if (status !== 400 && status !== 422 && !isBroken) return undefined
  if (dialect.maxTokensKey === 'max_tokens' && /max_completion_tokens/i.test(bodyText)) {
    return { ...dialect, maxTokensKey: 'max_completion_tokens' }
  }
  if (dialect.withTemperature && /unsupported[^"]*temperature|temperature[^"]*not support/i.test(bodyText)) {
    return { ...dialect, withTemperature: false }
  }
  if (dialect.format === 'prompt' || !aboutFormat.test(bodyText)) return undefined
  return { ...dialect, format: dialect.format === 'json_schema' ? 'json_object' : 'prompt' }
}

/** The body of `POST /chat/completions` in a dialect. Where the server takes no schema, the system message has it. */
export function requestBody(
  dialect: Dialect,
  ask: { model: string; messages: LlmMessage[]; maxTokens: number; schemaName: string; jsonSchema: JsonSchema },
): object {
  const inPrompt = dialect.format !== 'json_schema'
  return {
    model: ask.model,
    messages: inPrompt ? withSchema(ask.messages, ask.jsonSchema) : ask.messages,
    ...(dialect.withTemperature ? { temperature: 0 } : {}),
    [dialect.maxTokensKey]: ask.maxTokens,
    ...responseFormat(dialect.format, ask.schemaName, ask.jsonSchema),
  }
}

function responseFormat(format: Dialect['format'], name: string, schema: JsonSchema): object {
  switch (format) {
    case 'json_schema':
      return { response_format: { type: 'json_schema', json_schema: { name, strict: true, schema } } }
    case 'json_object':
      return { response_format: { type: 'json_object' } }
    case 'prompt':
      return {}
  }
}

/** How a prompt states the schema. OpenAI's json_object mode wants the word JSON in the messages. */
export const schemaInstruction = (schema: JsonSchema): string =>
  `Answer with one JSON object and nothing else. It must fit this JSON Schema:\n${JSON.stringify(schema)}`

function withSchema(messages: LlmMessage[], schema: JsonSchema): LlmMessage[] {
  const [first, ...rest] = messages
  const instruction = schemaInstruction(schema)
  return first?.role === 'system'
    ? [{ role: 'system', content: `${first.content}\n\n${instruction}` }, ...rest]
    : [{ role: 'system', content: instruction }, ...messages]
}
