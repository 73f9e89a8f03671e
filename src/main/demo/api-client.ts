import { Agent, request } from 'undici'

export type ApiClient = {
  get<Answer>(path: string): Promise<Answer>
  post<Answer>(path: string, body: object): Promise<Answer>
  close(): Promise<void>
}

/**
 * Asks an API of ours as any caller would. Every call ends with `signal`.
 * @throws Error when the API refuses: path, status, and the beginning of what it said.
 */
export function createApiClient(origin: string, signal: AbortSignal): ApiClient {
  // An agent of our own: the shared one may be set to go through the user's proxy.
  const dispatcher = new Agent()

  async function ask<Answer>(path: string, post: object = {}): Promise<Answer> {
    const response = await request(`${origin}${path}`, { dispatcher, signal, ...post })
    const text = await response.body.text()
    if (response.statusCode >= 300) throw new Error(`${path}: HTTP ${response.statusCode}: ${text.slice(0, 200)}`)
    return JSON.parse(text)
  }

  return {
    get: (path) => ask(path),
    post: (path, body) =>
      ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    close: () => dispatcher.destroy(),
  }
}
