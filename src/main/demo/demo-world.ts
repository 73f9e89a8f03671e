import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { formatCnpj } from '../../cnpj/number.ts'
import { plain } from '../../kinds/discovery/verdict/name-words.ts'
import { type PageAnswer, type SearchHit, type ServedWorld, serveWorld } from './serve-world.ts'

/** A made-up company: what the registry says of it, and what a search for it brings. */
export type DemoCompany = { brand: string; registry: { cnpj: string }; search: SearchHit[] }

export type DemoWorld = ServedWorld & { companies: DemoCompany[] }

const folder = new URL('../../../examples/demo/', import.meta.url)

/**
 * Serves the internet of the demo: the websites in examples/demo/sites, and a registry and a search provider that know
 * the companies of companies.json and no other.
 *
 * Every answer takes its time, as one from the real internet would: half to one and a half times `delayMs`.
 */
export async function serveDemoWorld({ delayMs }: { delayMs: number }): Promise<DemoWorld> {
  const companies: DemoCompany[] = JSON.parse(readFileSync(new URL('companies.json', folder), 'utf8'))
  const sites = readSites()
  const someMs = () => delayMs * (0.5 + Math.random())
  const served = await serveWorld({
    page: (host, path) => pageOf(sites.get(host), path),
    registry: (cnpj) => companies.find(({ registry }) => registry.cnpj === cnpj)?.registry,
    search: (query) => companyAsked(companies, query)?.search ?? [],
    delayMs: { site: someMs, api: someMs },
  })
  return { ...served, companies }
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

function pageOf(site: Site | undefined, path: string): PageAnswer {
  const body = site?.get(path.endsWith('/') ? `${path}index.html` : path)
  const contentType = 'text/html'
  if (body) return { status: 200, contentType, body }
  return { status: 404, contentType, body: '<title>404</title><p>Página não encontrada.</p>' }
}

function companyAsked(companies: readonly DemoCompany[], query: string): DemoCompany | undefined {
  const words = plain(query)
  return companies.find(
    ({ brand, registry }) => words.includes(plain(brand)) || query.includes(formatCnpj(registry.cnpj)),
  )
}
