import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

export type SmallWorld = {
  /** What a process needs in its environment to live in this world. */
  env: Record<string, string>
  cnpjOf(company: number): string
  close(): Promise<void>
}

/**
 * Companies that have a number, a registry record, search results and a website of `sitePages` pages, on one loopback
 * port. `wrongSites` of as many pages come before the right one in the results. Registry and search take `apiDelayMs`.
 */
export async function startSmallWorld({
  pageDelayMs = 0,
  apiDelayMs = 0,
  sitePages = 2,
  wrongSites = 0,
} = {}): Promise<SmallWorld> {
  const links = ['contato', 'sobre', 'privacidade', ...Array.from({ length: 50 }, (_each, page) => `produtos/${page}`)]
    .slice(0, sitePages - 1)
    .map((path) => `<a href="/${path}">${path}</a>`)
  const server = createServer(async (request, response) => {
    const json = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const url = new URL(request.url ?? '/', 'http://x')
    if (/^\/(registry|serp)\//.test(url.pathname)) await wait(apiDelayMs)
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
        const hosts = Array.from({ length: wrongSites }, (_each, wrong) => `w${wrong}x${company}.test`)
        const urls = company ? [...hosts, `c${company}.test`].map((host) => `http://${host}/`) : []
        return urls.map((link, index) => ({ title: 'site', link, snippet: '', position: index + 1 }))
      }
      return json(200, {
        code: 200,
        data: queries.map((q) => ({ search_params: { q }, results: results(q), credits: 1 })),
      })
    }
    await wait(pageDelayMs)
    const [, wrong, company] = /^(?:c|(w\d+x))(\d+)\.test/.exec(request.headers.host ?? '') ?? []
    if (!company || url.pathname === '/robots.txt') return response.writeHead(404).end()
    const name = wrong ? `Cortinas ${wrong}` : `Parafusos ${company}`
    const text = wrong ? 'Costuramos cortinas sob medida.' : 'Fazemos parafusos de precisão desde 1990.'
    const footer = wrong ? 'Curitiba' : `CNPJ ${cnpjOf(Number(company))}`
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    response.end(`<!doctype html><html lang="pt-BR"><title>${name}</title><h1>${name}</h1>
      <p>${text} ${url.pathname}</p>${links.join(' ')}<footer>${footer}</footer>`)
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
