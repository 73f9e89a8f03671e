import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

export type SmallWorld = {
  /** What a process needs in its environment to live in this world. */
  env: Record<string, string>
  cnpjOf(company: number): string
  close(): Promise<void>
}

/** Companies that have a number, a registry record, a search result and a website of two pages, on one loopback port. */
export async function startSmallWorld({ pageDelayMs = 0 } = {}): Promise<SmallWorld> {
  const server = createServer(async (request, response) => {
    const json = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const url = new URL(request.url ?? '/', 'http://x')
    if (url.pathname.startsWith('/registry/')) {
      const cnpj = url.pathname.slice('/registry/'.length)
      const company = companyOf(cnpj)
      return json(200, {
        cnpj,
        razao_social: `PARAFUSOS ${company} LTDA`,
        nome_fantasia: `Parafusos ${company}`,
        descricao_situacao_cadastral: 'ATIVA',
        municipio: 'CURITIBA',
        uf: 'PR',
      })
    }
    if (url.pathname.startsWith('/serp/')) {
      let body = ''
      for await (const chunk of request) body += chunk
      const { queries } = JSON.parse(body) as { queries: string[] }
      const results = (query: string) => {
        const company = /parafusos (\d+)/i.exec(query)?.[1]
        return company ? [{ title: 'site', link: `http://c${company}.test/`, snippet: '', position: 1 }] : []
      }
      return json(200, {
        code: 200,
        data: queries.map((q) => ({ search_params: { q }, results: results(q), credits: 1 })),
      })
    }
    await wait(pageDelayMs)
    const company = /^c(\d+)\.test/.exec(request.headers.host ?? '')?.[1]
    if (!company || url.pathname === '/robots.txt') return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(`<!doctype html><html lang="pt-BR"><title>Parafusos ${company}</title><h1>Parafusos ${company}</h1>
      <p>Fazemos parafusos de precisão para toda a indústria do Paraná desde 1990.
      <p><a href="/contato">Contato</a> ${url.pathname} <footer>CNPJ ${cnpjOf(Number(company))}</footer>`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    env: {
      SERPSHOT_URL: `http://127.0.0.1:${port}/serp`,
      SERPSHOT_KEY: 'key',
      CNPJ_REGISTRY_URLS: `http://127.0.0.1:${port}/registry`,
      EGRESS_ALLOW_CIDRS: '127.0.0.1/32',
      EGRESS_CONNECT_TO: `*.test=127.0.0.1:${port}`,
    },
    cnpjOf,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const companyOf = (cnpj: string): number => Number(cnpj.slice(2, 8))

/** A valid number of a made-up root: 99, the company, 0001 and the check digits (IN RFB 2.229/2024). */
function cnpjOf(company: number): string {
  const digit = (text: string, weights: readonly number[]) => {
    const rest = [...text].reduce((sum, character, at) => sum + Number(character) * weights[at]!, 0) % 11
    return rest < 2 ? 0 : 11 - rest
  }
  const weights = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]
  const base = `99${String(company).padStart(6, '0')}0001`
  const first = digit(base, weights)
  return `${base}${first}${digit(`${base}${first}`, [6, ...weights])}`
}
