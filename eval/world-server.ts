import { formatCnpj } from '../src/cnpj/number.ts'
import { plain } from '../src/kinds/discovery/verdict/name-words.ts'
import { type PageAnswer, type ServedWorld, serveWorld } from '../src/main/demo/serve-world.ts'
import type { WorldCompany, WorldOnDisk } from './read-world.ts'
import { createSearch, directoryHost } from './search-index.ts'

/** `strangers`: the hosts outside the world that somebody has asked for. */
export type EvaluatedWorld = ServedWorld & { strangers: ReadonlySet<string> }

const contentTypes: Record<string, string> = {
  html: 'text/html',
  htm: 'text/html',
  xml: 'application/xml',
  txt: 'text/plain',
  js: 'text/javascript',
  css: 'text/css',
  json: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  pdf: 'application/pdf',
}

/**
 * Serves a world: every folder of sites/ as http://<folder>.test/, the directory of all companies, the registry, the
 * search. Pages carry no charset in their headers: they say it themselves, rightly or not. A host that is not there
 * breaks the connection.
 */
export async function serveWorldOnDisk(
  world: WorldOnDisk,
  { siteDelayMs, apiDelayMs }: { siteDelayMs: number; apiDelayMs: number },
): Promise<EvaluatedWorld> {
  const { companies, sites } = world
  const strangers = new Set<string>()
  const records = new Map(companies.map((company) => [company.cnpj, registryRecord(company)]))

  function page(host: string, path: string): PageAnswer | undefined {
    const name = host.replace(/\.test$/, '')
    const files = name === host ? undefined : sites.get(name)
    if (files) return siteAnswer(name, files, path)
    if (host === directoryHost) return directoryAnswer(companies, path)
    if (name === host) strangers.add(host)
    return undefined
  }

  const delayMs = { site: () => siteDelayMs, api: () => apiDelayMs }
  const served = await serveWorld({
    page,
    registry: (cnpj) => records.get(cnpj),
    search: createSearch(world),
    delayMs,
  })
  return { ...served, strangers }
}

function siteAnswer(name: string, files: ReadonlyMap<string, Buffer>, encoded: string): PageAnswer {
  const path = decodePath(encoded)
  const folder = path.replace(/\/$/, '')
  // A site drawn by its own script has one page for all paths.
  const shell = name.endsWith('-spa') && !/\.\w+$/.test(path) ? ['/index.html'] : []
  const found = [path, `${folder}.html`, `${folder}/index.html`, `${folder}/index.htm`, ...shell].find((each) =>
    files.has(each),
  )
  if (!found) return htmlAnswer(404, '<title>404</title><h1>Página não encontrada</h1>')
  const extension = found.slice(found.lastIndexOf('.') + 1).toLowerCase()
  return { status: 200, contentType: contentTypes[extension] ?? 'application/octet-stream', body: files.get(found)! }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** A directory as there are hundreds: all of the registry, on a page for each company. */
function directoryAnswer(companies: readonly WorldCompany[], path: string): PageAnswer {
  const company = companies.find(({ cnpj }) => path === `/empresa/${cnpj}`)
  if (!company && path !== '/') return htmlAnswer(404, '<title>404</title><h1>Empresa não encontrada</h1>')
  const shown = company ? [company] : companies.slice(0, 20)
  const title = company ? `${company.nome_fantasia || company.razao_social} | Guia de Empresas` : 'Guia de Empresas'
  const body = shown.map(
    ({ razao_social, nome_fantasia, cnpj, telefone, cep, municipio, uf }) => `<h2>${razao_social}</h2>
<p>${nome_fantasia}</p><p>CNPJ: ${formatCnpj(cnpj)}</p><p>Telefone: ${telefone ?? ''}</p>
<p>${municipio} - ${uf} CEP ${cep ?? ''}</p><p><a href="/empresa/${cnpj}">Ver empresa</a></p>`,
  )
  return htmlAnswer(200, `<title>${title}</title><h1><a href="/">Guia de Empresas</a></h1>${body.join('\n')}`)
}

const htmlAnswer = (status: number, html: string): PageAnswer => ({
  status,
  contentType: 'text/html; charset=utf-8',
  body: `<!doctype html><html lang="pt-BR">${html}</html>`,
})

/** In the form of minhareceita.org: capitals, no accents in the town, and blanks for what is not known. */
const registryRecord = (company: WorldCompany) => ({
  cnpj: company.cnpj,
  identificador_matriz_filial: company.cnpj.slice(8, 12) === '0001' ? 1 : 2,
  razao_social: company.razao_social,
  nome_fantasia: company.nome_fantasia,
  situacao_cadastral: 2,
  descricao_situacao_cadastral: 'ATIVA',
  data_inicio_atividade: '2015-03-02',
  cnae_fiscal: company.cnae ?? null,
  cnae_fiscal_descricao: company.cnae_descricao ?? '',
  cnaes_secundarios: [],
  logradouro: company.logradouro ?? '',
  numero: company.numero ?? '',
  bairro: company.bairro ?? '',
  cep: company.cep ?? '',
  municipio: plain(company.municipio).toUpperCase(),
  uf: company.uf,
  ddd_telefone_1: company.telefone ?? '',
  ddd_telefone_2: '',
  email: company.email ?? null,
  natureza_juridica: 'Sociedade Empresária Limitada',
  capital_social: 50_000,
  porte: 'MICRO EMPRESA',
  qsa: [],
})
