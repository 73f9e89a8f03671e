import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type ChatBody = {
  model: string
  messages: { role: string; content: string }[]
  temperature?: number
  max_tokens?: number
  max_completion_tokens?: number
  response_format?: { type: string; json_schema?: { name: string; strict: boolean; schema: object } }
}
export type ChatCall = { path: string; headers: IncomingMessage['headers']; body: ChatBody }
export type Reply = (response: ServerResponse, call: ChatCall, index: number) => void

/** A chat endpoint on loopback that answers as `reply` says, and keeps what it was asked. */
export async function scriptedEndpoint(reply: Reply) {
  const calls: ChatCall[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const call = { path: request.url ?? '', headers: request.headers, body: JSON.parse(body || '{}') as ChatBody }
    calls.push(call)
    reply(response, call, calls.length - 1)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

export const json = (
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): unknown => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

/** A chat completion as OpenAI words it. */
export const completion = (content: string | null, choice: object = {}): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop', ...choice }],
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
})
