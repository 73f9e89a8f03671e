import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** What one of them answers; a delay in milliseconds, 'hang' for never, 'drop' for a connection that breaks off. */
export type Reply =
  | 'hang'
  | 'drop'
  | { status?: number; body: unknown; headers?: Record<string, string>; delayMs?: number }
export type Site = Record<string, string>

/**
 * Two registries, a search provider in Serpshot's form, and websites told apart by their Host header, all on one
 * loopback port. A test says what each answers, and reads what each was asked.
 */
export async function startScriptedInternet() {
  const internet = {
    registries: [() => notFound, () => notFound] as ((cnpj: string) => Reply)[],
    /** The answer to one query. */
    search: (_query: string): Reply => found([]),
    /** By host, the pages by path. A host that is not here breaks the connection off. */
    sites: {} as Record<string, Site>,
    siteDelayMs: 0,
    /** Hosts that take the question and never answer. */
    hanging: new Set<string>(),
    /** Whom requests went to since `forget`: `registry 0`, `search <query>`, `<host><path>`. */
    asked: [] as string[],
  }

  async function send(response: ServerResponse, reply: Reply): Promise<void> {
    if (reply === 'hang') return
    if (reply === 'drop') return void response.destroy()
    await wait(reply.delayMs ?? 0)
    const isText = typeof reply.body === 'string'
    const type = isText ? 'text/html; charset=utf-8' : 'application/json'
    response.writeHead(reply.status ?? 200, { 'content-type': type, ...reply.headers })
    response.end(isText ? reply.body : JSON.stringify(reply.body))
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://x')
    const [, service, number = ''] = url.pathname.split('/')
    const host = (request.headers.host ?? '').replace(/:\d+$/, '')
    if (host.endsWith('.test') || host.endsWith('.com.br')) {
      if (url.pathname !== '/robots.txt') internet.asked.push(`${host}${url.pathname}`)
      if (internet.hanging.has(host)) return
      const site = internet.sites[host.replace(/^www\./, '')]
      await wait(internet.siteDelayMs)
      if (!site) return send(response, 'drop')
      const page = site[url.pathname]
      return send(response, page === undefined ? { status: 404, body: 'Nada aqui' } : { body: page })
    }
    if (service?.startsWith('registry')) {
      internet.asked.push(`registry ${service.slice(-1)}`)
      return send(response, internet.registries[Number(service.slice(-1))]!(number))
    }
    let body = ''
    for await (const chunk of request) body += chunk
    const [query = ''] = (JSON.parse(body) as { queries: string[] }).queries
    internet.asked.push(`search ${query}`)
    return send(response, internet.search(query))
  }

  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  return Object.assign(internet, {
    env: {
      SERPSHOT_URL: `${origin}/serp`,
      SERPSHOT_KEY: 'key',
      // Two hosts, for two hosts are two sources.
      CNPJ_REGISTRY_URLS: `${origin}/registry0,http://localhost:${port}/registry1`,
      EGRESS_ALLOW_CIDRS: '127.0.0.1/32',
      EGRESS_CONNECT_TO: `*.test=127.0.0.1:${port},*.com.br=127.0.0.1:${port}`,
    } as Record<string, string>,
    forget() {
      internet.asked.length = 0
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

export type ScriptedInternet = Awaited<ReturnType<typeof startScriptedInternet>>

export const notFound: Reply = { status: 404, body: { message: 'CNPJ não encontrado.' } }

/** A search's answer: the addresses in their order, each with a title. */
export const found = (hits: [url: string, title?: string][]): Reply => ({
  body: {
    code: 200,
    msg: 'Success',
    data: [
      {
        results: hits.map(([link, title = 'Resultado'], index) => ({ title, link, snippet: '', position: index + 1 })),
        credits: 1,
      },
    ],
  },
})

/** A whole page around what is given. */
export const html = (title: string, body: string): string =>
  `<!doctype html><html lang="pt-BR"><meta charset="utf-8"><title>${title}</title><body>${body}</body></html>`
