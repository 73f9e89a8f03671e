import type { Fact } from '../../../extract/extract-facts.ts'
import type { Company } from '../company.ts'
import { carriesName, nameWords, plain, spelledHost } from './name-words.ts'
import type { PrintedRoot } from './printed-cnpjs.ts'
import { headingsOf, type SitePage } from './site-pages.ts'

/**
 * How a site states a number. `claimed`: in a line that says nothing but whose the site is, or in its own JSON-LD. `bare`:
 * by itself. `run_by`: in a sentence that says who runs this very site. `worded`: behind words that may make it another's ("Fabricado por Y, CNPJ …").
 */
export type Statement = 'claimed' | 'run_by' | 'bare' | 'worded'

/** Where no line ends, a name and what is said of it stand within so many characters before the number. */
const reach = 220
/** What an identity line has besides names: the words of the law, of a copyright line and of contact data. */
const identityWords = new Set(
  `cnpj cgc mf cnpjmf inscrita inscrito sob n no numero nr nro razao social nome fantasia empresarial empresa pessoa juridica
  direito privado matriz filial unidade copyright c todos os direitos reservados all rights reserved uma um the by por
  site website loja pagina portal virtual online esta este essa o mantenedora ie inscricao estadual municipal im isento
  telefone tel fone whatsapp email contato endereco cep rodape logo logotipo sediada sede com sua em privada associacao
  dados fale conosco quem somos sobre nos onde estamos atendimento institucional politica privacidade termos uso condicoes
  ltda me epp eireli sa mei`.split(/\s+/),
)
/** A site's terms say who runs it ("Esta loja é operada por …"). */
const runBy =
  /\b(?:(?:site|website|loja|pagina|portal|dominio|marca)|(?:est[ea]|ess[ea]|noss[ao]) (?:plataforma|aplicativo|app))\b(.{0,60}?)\b(?:(?:operad|mantid|administrad|gerid)[oa] (?:e \S+ )?(?:por|pel[ao])|(?:propriedade|titularidade) d[aeo])(?![a-z])/
/** "Brand is a brand of …": the site's own brand, that is. */
const brandOf = /^(.{2,60}?) e (?:uma |a )?(?:marca|loja|empresa) (?:registrada )?d[aeo] /
const street =
  /^(?:rua|r\.|av\.?|avenida|alameda|al\.|travessa|rodovia|rod\.?|estrada|praca|pca|largo|bairro|sala|km)\s/
const between = /[|•·]|\d{2}\.?\w{3}\.?\w{3}\/\w{4}-\d{2}/

/** How the site states the company's number, the clearest of its places first. */
export function statementOf(
  target: PrintedRoot,
  company: Company,
  pages: readonly SitePage[],
  homeUrl: string,
): Statement {
  const first = pages[0]!
  const host = spelledHost(homeUrl)
  const joined = plain(host).replace(/[^a-z0-9]/g, '')
  const known = new Set(identityWords)
  const itsNames = [first.page.siteName, first.title?.split(/[|–—]| - /)[0], ...headingsOf(first).slice(0, 1)]
  for (const word of itsNames.flatMap((name) => words(name ?? ''))) known.add(word)
  const companys = new Set([...company.names, company.municipio ?? '', company.uf ?? ''].flatMap(words))
  const isSites = (word: string) => known.has(word) || /^\d+$/.test(word) || (word.length >= 4 && joined.includes(word))
  const isKnown = (line: string) => {
    // "Administradora: …" is a label, though the word is in the name as well.
    const label = /^([^:]*):/.exec(line)?.[1] ?? ''
    const isNamed = company.names.some((name) => carriesName(label, name))
    return !hasStrange(line, (word) => isSites(word) || companys.has(word)) && (isNamed || !hasStrange(label, isSites))
  }
  const isRunBy = (line: string) => {
    const brand = brandOf.exec(plain(line))?.[1]
    const subject = runBy.exec(plain(line))?.[1]
    return (
      (subject !== undefined && !hasStrange(subject, isSites)) ||
      (brand !== undefined && hasWords(brand) && !hasStrange(brand, isSites))
    )
  }
  const said = target.places.map((place) => stated(place, pages, isKnown, isRunBy))
  return clearest.find((each) => said.includes(each)) ?? 'bare'
}

const clearest: readonly Statement[] = ['run_by', 'claimed', 'worded']

function stated(
  { at, source, url, quote }: Fact,
  pages: readonly SitePage[],
  isKnown: (line: string) => boolean,
  isRunBy: (line: string) => boolean,
): Statement {
  if (source === 'json_ld') return 'claimed'
  if (source !== 'text' || at === undefined) return quote.length > 60 ? 'worded' : 'bare'
  const { text } = pages.find((page) => page.url === url)!
  const lineStart = text.lastIndexOf('\n', at - 1) + 1
  const before = text.slice(Math.max(lineStart, at - reach), at)
  const line = before.split(between).at(-1)!
  const above = text.slice(0, lineStart).trimEnd().split('\n').at(-1) ?? ''
  // What stands right below a heading is its subject.
  if (/^#/.test(above) && !isKnown(above)) return 'worded'
  if (isRunBy(line)) return 'run_by'
  if (hasWords(line)) return isKnown(line) ? 'claimed' : 'worded'
  // A block writes the name above its number.
  if (before !== line || !hasWords(above) || above.length > reach || /^- |[.!?]$/.test(above)) return 'bare'
  return /:$/.test(above) ? 'worded' : isKnown(above) ? 'claimed' : 'bare'
}

const words = (text: string): string[] =>
  plain(text)
    .split(/[^a-z0-9]+/)
    .filter(Boolean)

/** Whether something stands there but the words that a number always has with it. */
const hasWords = (line: string): boolean =>
  nameWords(line).some((word) => !identityWords.has(word) && !/^\d+$/.test(word))

/** Whether a line has words that are neither known nor an address. */
const hasStrange = (line: string, isKnown: (word: string) => boolean): boolean =>
  line
    .split(/[,;|]|\s[-–—]\s/)
    .filter((part) => !street.test(plain(part).trim()))
    .flatMap(nameWords)
    .some((word) => !isKnown(word))
