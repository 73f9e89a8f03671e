import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export type SearchHit = { title: string; link: string; snippet: string }

export type PageAnswer = { status: number; contentType: string; body: Buffer | string }

/** An internet small enough for one loopback port. */
export type World = {
  /** `host` without `www.`; undefined is a host that does not answer: the connection breaks. */
  page(host: string, path: string): PageAnswer | undefined
  /** The registry's record of a company, in the form of minhareceita.org; undefined is a 404. */
  registry(cnpj: string): object | undefined
  search(query: string): SearchHit[]
  /** How long an answer of either sort takes, asked for each. */
  delayMs: { site(): number; api(): number }
}

export type ServedWorld = { port: number; close(): Promise<void> }

const largestBodyBytes = 64 * 1024

/**
 * Serves a world on a loopback port of its own: websites by their Host header, and at 127.0.0.1 itself a CNPJ registry
 * (GET /{cnpj}) and a search provider (POST /api/search/google, in the form of Serpshot).
 */
export async function serveWorld(world: World): Promise<ServedWorld> {
  async function answer(request: IncomingMessage, response: ServerResponse) {
    const body = request.method === 'POST' ? await readBody(request) : ''
    const { hostname, pathname } = new URL(request.url ?? '/', `http://${request.headers.host}`)
    const isApi = hostname === '127.0.0.1'
    await delay(isApi ? world.delayMs.api() : world.delayMs.site())
    if (!isApi) return answerPage(response, world.page(hostname.replace(/^www\./, ''), pathname))
    if (pathname === '/api/search/google') return answerJson(response, 200, searchAnswer(world, body))
    const asked = pathname.slice(1)
    const record = world.registry(asked)
    answerJson(response, record ? 200 : 404, record ?? { message: `CNPJ ${asked} não encontrado.` })
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(0, '127.0.0.1', listening)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

function answerPage(response: ServerResponse, page: PageAnswer | undefined) {
  if (!page) return response.destroy()
  response.writeHead(page.status, { 'content-type': page.contentType })
  response.end(page.body)
}

function answerJson(response: ServerResponse, status: number, body: object) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(body))
}

function searchAnswer({ search }: World, body: string) {
  const { queries } = JSON.parse(body) as { queries: string[] }
  const data = queries.map((query) => {
    const results = search(query).map((hit, index) => ({ ...hit, position: index + 1 }))
    return { search_params: { q: query, type: 'search' }, results, credits: 1 }
  })
  return { code: 200, msg: 'Success', data }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > largestBodyBytes) throw new Error('the body is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
