import { formatCnpj, normalizeCnpj } from '../src/cnpj/number.ts'
import { plain } from '../src/kinds/discovery/verdict/name-words.ts'
import type { SearchHit } from '../src/main/demo/serve-world.ts'
import type { WorldCompany, WorldOnDisk } from './read-world.ts'

/** The directory that knows every company, and is the website of none. */
export const directoryHost = 'guia.test'

const mostResults = 10
/** A document that has less than this of what was asked, by weight, does not come up. */
const leastShare = 0.25
/** What a search engine takes for the company that is meant has at least this much. */
const leastShareOfCompany = 0.5
const snippetLength = 160

type Document = { words: ReadonlySet<string>; titleWords: ReadonlySet<string>; hit: SearchHit }

const stopWords = new Set('ltda cnpj com www site oficial para dos das test http https'.split(' '))
const cnpjShape = /(?<![0-9A-Z])[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}\/?[0-9A-Z]{4}-?\d{2}(?!\d)/g

/**
 * The search engine of a world: always the same answer to a query. As for a small company in earnest, directories come
 * first, then the websites with the most and rarest words of the query, so that strangers with a word in common come
 * too, and a social network's page of the name.
 */
export function createSearch({ companies, sites }: WorldOnDisk): (query: string) => SearchHit[] {
  const documents = [...sites].flatMap(([name, files]) => documentOf(name, files) ?? [])
  const weigh = weigher(documents)
  return (query) => {
    const asked = wordsOf(query)
    const total = sum(asked, weigh)
    const score = ({ words, titleWords }: Document) =>
      sum(intersection(asked, words), weigh) + sum(intersection(asked, titleWords), weigh)
    const found = documents
      .map((document) => ({ document, score: score(document) }))
      .filter((each) => each.score > 0 && each.score >= leastShare * total)
      .sort((one, other) => other.score - one.score)
      .map(({ document }) => document.hit)
    const meant = companyMeant(companies, asked, weigh, total)
    const [first, ...others] = found
    const hits = [
      ...(meant ? [...directoryHits(meant), ...(meant.search ?? [])] : []),
      ...(first ? [first] : []),
      ...(meant ? [socialHit(meant)] : []),
      ...others,
    ]
    return hits.slice(0, mostResults)
  }
}

function companyMeant(
  companies: readonly WorldCompany[],
  asked: ReadonlySet<string>,
  weigh: (word: string) => number,
  total: number,
): WorldCompany | undefined {
  const scored = companies.map((company) => {
    const known = wordsOf(`${company.nome_fantasia} ${company.razao_social} ${company.municipio} ${company.cnpj}`)
    return { company, score: sum(intersection(asked, known), weigh) }
  })
  const best = scored.reduce((one, other) => (other.score > one.score ? other : one))
  return best.score > 0 && best.score >= leastShareOfCompany * total ? best.company : undefined
}

function directoryHits(company: WorldCompany): SearchHit[] {
  const name = company.nome_fantasia || company.razao_social
  const snippet = `${company.razao_social}. CNPJ ${formatCnpj(company.cnpj)}. ${company.municipio} - ${company.uf}`
  return [
    { title: `${company.razao_social} - CNPJ`, link: `https://cnpj.biz/${company.cnpj}`, snippet },
    { title: `${name} | Guia de Empresas`, link: `http://${directoryHost}/empresa/${company.cnpj}`, snippet },
  ]
}

function socialHit({ nome_fantasia, razao_social, municipio }: WorldCompany): SearchHit {
  const name = nome_fantasia || razao_social
  const link = `https://www.facebook.com/${plain(name).replace(/[^a-z0-9]/g, '')}`
  return { title: `${name} | Facebook`, link, snippet: `${name}, ${municipio}` }
}

function documentOf(name: string, files: ReadonlyMap<string, Buffer>): Document | undefined {
  const pages = [...files].filter(([path]) => /\.html?$/i.test(path)).map(([path, bytes]) => [path, decode(bytes)])
  const home = pages.find(([path]) => /^\/index\.html?$/i.test(path!))?.[1]
  if (home === undefined) return undefined
  const title = /<title>([^<]*)</i.exec(home)?.[1]?.trim() ?? name
  const all = pages.map(([, html]) => textOf(html!)).join(' ')
  const snippet = textOf(home).replace(/\s+/g, ' ').trim().slice(0, snippetLength)
  return {
    words: wordsOf(all),
    titleWords: wordsOf(`${title} ${name}`),
    hit: { title, link: `http://${name}.test/`, snippet },
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return bytes.toString('latin1')
  }
}

/** JSON-LD counts as text: search engines read it. */
const textOf = (html: string): string =>
  html
    .replace(/<script(?![^>]*ld\+json)[^>]*>[\s\S]*?<\/script>|<style[\s\S]*?<\/style>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')

function wordsOf(text: string): Set<string> {
  const numbers = [...text.toUpperCase().matchAll(cnpjShape)].flatMap(([found]) => normalizeCnpj(found) ?? [])
  const others = plain(text)
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2 && !/^\d+$/.test(word) && !stopWords.has(word))
  return new Set([...numbers, ...others])
}

/** The rarer a word is in a world's sites, the more it weighs. */
function weigher(documents: readonly Document[]): (word: string) => number {
  return (word) => {
    const having = documents.filter(({ words, titleWords }) => words.has(word) || titleWords.has(word)).length
    return Math.log(1 + (documents.length + 1) / (having + 1))
  }
}

const sum = (words: ReadonlySet<string>, weigh: (word: string) => number): number =>
  [...words].reduce((total, word) => total + weigh(word), 0)

const intersection = (one: ReadonlySet<string>, other: ReadonlySet<string>): Set<string> =>
  new Set([...one].filter((word) => other.has(word)))
