import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { formatCnpj } from '../cnpj/number.ts'
import { plain } from '../kinds/discovery/name-words.ts'

type SearchHit = { title: string; link: string; snippet: string }

/** A made-up company: what the registry says of it, and what a search for it brings. */
export type DemoCompany = { brand: string; registry: { cnpj: string }; search: SearchHit[] }

export type DemoWorld = { port: number; companies: DemoCompany[]; close(): Promise<void> }

const folder = new URL('../../examples/demo/', import.meta.url)
const largestBodyBytes = 64 * 1024

/**
 * Serves the internet of the demo from one loopback port: the websites in examples/demo/sites by their Host header, and
 * to everyone else a CNPJ registry (GET /{cnpj}, in the form of minhareceita.org) and a search provider (POST
 * /api/search/google, in the form of Serpshot), which know the companies of companies.json and no other.
 *
 * Every answer takes its time, as one from the real internet would: half to one and a half times `delayMs`.
 */
export async function serveDemoWorld({ delayMs }: { delayMs: number }): Promise<DemoWorld> {
  const companies: DemoCompany[] = JSON.parse(readFileSync(new URL('companies.json', folder), 'utf8'))
  const sites = readSites()

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const body = request.method === 'POST' ? await readBody(request) : ''
    await delay(delayMs * (0.5 + Math.random()))
    const { hostname, pathname } = new URL(request.url ?? '/', `http://${request.headers.host}`)
    if (hostname.endsWith('.test')) return answerPage(response, sites.get(hostname.replace(/^www\./, '')), pathname)
    if (pathname === '/api/search/google') return answerJson(response, 200, searchAnswer(companies, body))
    const asked = pathname.slice(1)
    const company = companies.find(({ registry }) => registry.cnpj === asked)
    if (company) return answerJson(response, 200, company.registry)
    answerJson(response, 404, { message: `CNPJ ${asked} não encontrado.` })
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
    companies,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

type Site = ReadonlyMap<string, Buffer>

/** The pages of every site by their path, as the bytes they are: each says its own charset. */
function readSites(): ReadonlyMap<string, Site> {
  const root = new URL('sites/', folder)
  return new Map(readdirSync(root).map((host) => [host, readSite(new URL(`${host}/`, root))]))
}

function readSite(root: URL): Site {
  const names = readdirSync(fileURLToPath(root), { recursive: true, encoding: 'utf8' })
  const pages = names.filter((name) => name.endsWith('.html'))
  return new Map(pages.map((name) => [`/${name.replaceAll('\\', '/')}`, readFileSync(new URL(name, root))]))
}

function answerPage(response: ServerResponse, site: Site | undefined, path: string) {
  const page = site?.get(path.endsWith('/') ? `${path}index.html` : path)
  response.writeHead(page ? 200 : 404, { 'content-type': 'text/html' })
  response.end(page ?? '<title>404</title><p>Página não encontrada.</p>')
}

function answerJson(response: ServerResponse, status: number, body: object) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(body))
}

function searchAnswer(companies: readonly DemoCompany[], body: string) {
  const { queries } = JSON.parse(body) as { queries: string[] }
  const data = queries.map((query) => {
    const words = plain(query)
    const company = companies.find(
      ({ brand, registry }) => words.includes(plain(brand)) || query.includes(formatCnpj(registry.cnpj)),
    )
    const results = (company?.search ?? []).map((hit, index) => ({ ...hit, position: index + 1 }))
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
