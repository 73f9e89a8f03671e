import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { normalizeCnpj } from '../src/cnpj/number.ts'
import type { SearchHit } from '../src/main/demo/serve-world.ts'

/** What a person reads on a company's website. Null and absent: the site does not say it. */
export type Truth = { cnpj?: string | null; phones?: string[]; emails?: string[]; offerings?: string[] }

/** A company of world.json; eval/README.md describes every field. */
export type WorldCompany = {
  cnpj: string
  razao_social: string
  nome_fantasia: string
  municipio: string
  uf: string
  cep?: string | null
  telefone?: string | null
  email?: string | null
  logradouro?: string | null
  numero?: string | null
  bairro?: string | null
  cnae?: number | null
  cnae_descricao?: string | null
  /** The folder under sites/ that is its website; one that is not there is a site that is down. */
  site: string | null
  truth: Truth | null
  /** What is hard about it. */
  case?: string
  /** What a search for it brings besides websites and directories. */
  search?: SearchHit[]
}

/** `sites`: the files of every folder under sites/, by their path from its root (`/contato/index.html`). */
export type WorldOnDisk = { companies: WorldCompany[]; sites: ReadonlyMap<string, ReadonlyMap<string, Buffer>> }

/**
 * Reads the world in a folder: `world.json`, and `sites/` with one folder for each host.
 * @throws Error that says what is wrong with it.
 */
export function readWorld(dir: string): WorldOnDisk {
  const file = join(dir, 'world.json')
  if (!existsSync(file)) throw new Error(`There is no world.json in ${dir}.`)
  const { companies } = JSON.parse(readFileSync(file, 'utf8')) as { companies?: WorldCompany[] }
  if (!Array.isArray(companies) || companies.length === 0) throw new Error(`${file} lists no companies.`)
  const seen = new Set<string>()
  for (const { cnpj } of companies) {
    if (normalizeCnpj(String(cnpj)) !== cnpj) throw new Error(`${file}: ${cnpj} is not a CNPJ without punctuation.`)
    if (seen.has(cnpj)) throw new Error(`${file}: ${cnpj} stands there twice.`)
    seen.add(cnpj)
  }
  const root = join(dir, 'sites')
  const names = existsSync(root) ? readdirSync(root) : []
  return { companies, sites: new Map(names.map((name) => [name, readSite(join(root, name))])) }
}

function readSite(root: string): ReadonlyMap<string, Buffer> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [path.slice(root.length).replaceAll('\\', '/'), readFileSync(path)]
    }),
  )
}
