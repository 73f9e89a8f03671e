import type { SiteFacts } from '../../../extract/site-facts.ts'
import type { Company } from '../company.ts'
import { carriesName, hasLegalForm, nameWords, plain } from './name-words.ts'
import { headingsOf, quoted, type SitePage } from './site-pages.ts'

const members =
  'loja|unidade|cooperativa|concessionaria|revenda|revendedor|franquia|agencia|corretor|escola|associad[ao]|singular|afiliad[ao]|filiad[ao]|consultor|farmacia|representante|diretorio|imobiliaria|clinica'
/** What systems, associations, makers and franchises say of those who go by their name. */
const ofANetwork = new RegExp(
  [
    `\\b(?:encontre|procure|localize|ache) (?:a |o |uma? |seu |sua )?(?:${members})(?:es|s)?\\b`,
    `\\b(?:${members}) mais proxim[ao]`,
    `\\b(?:nossas|todas as|veja as|conheca as|mais de [\\d.]{2,7}|nossos|todos os|mais de) ?(?:[\\d.]{2,7} )?(?:cooperativas|concessionari[ao]s|revendas|revendedores|franquias|franqueados|associad[ao]s|singulares|afiliad[ao]s|filiad[ao]s|federad[ao]s|escolas parceiras)\\b`,
    '\\bmais de [\\d.]{2,7} (?:lojas|unidades|agencias|escolas|farmacias)\\b',
    '\\brede associativa|\\bassocie (?:a )?(?:sua|seu)\\b|\\bescolas parceiras\\b',
    `\\b(?:seja|torne-se) (?:um |uma |nosso |nossa )?(?:associad|credenciad|licenciad|concession|filiad|revended)`,
    '\\b(?:con)?federacao (?:nacional|brasileira|estadual|d[aeo]s?)\\b',
    '^[#\\s-]*(?:concessionari[ao]s|nossas cooperativas|cooperativas|singulares|associad[ao]s|filiad[ao]s|franquead[ao]s|revendas|revendedores|representantes)[\\s.:]*$',
  ].join('|'),
)
/** One of these is in all of them, and most lines have none. */
const hint =
  /pr[oó]xim|encontre|procure|localize|ache |noss[ao]s|tod[ao]s|veja|conhe[cç]a|mais de|associ|parceiras|seja|torne-se|federa[cç]|concession|cooperativ|singular|filiad|franquead|revend|representante/i
/** A page of a company's shops or units: its own as well as a network's. */
const ofUnits = /\b(?:lojas|unidades|rede|enderecos|onde (?:estamos|encontrar|comprar)|agencias|clinicas)\b/
const ownOffices = /\b(?:matriz|filial|filiais|escritorio)\b/
const town = /(\p{Lu}[\p{L}'’]+(?: (?:d[aeo]s? )?\p{Lu}[\p{L}'’]+){0,4}) ?[-–/,] ?[A-Z]{2}(?![\p{L}\p{N}])/u
/** Without a word for it, so many towns with a way to reach somebody are a list of units. */
const leastTowns = 4
/** What a part of a larger body is called by law. */
const part =
  /\b(?:diretorio (?:municipal|estadual)|comissao provisoria|subsecao|seccional|nucleo regional|delegacia regional)\b/

/**
 * Where a site shows that many go by its name: a maker's dealers, a brand's shops, a system's cooperatives, a federation's
 * members. A telephone or an e-mail address of one of them there says that it belongs to the network, not that the network
 * is it. Null where the company's legal name is the site's: then all of it is the company's.
 */
export function networkMark(
  company: Company,
  pages: readonly SitePage[],
  facts: SiteFacts,
  { bearsLegalName, isInTown, isReached }: { bearsLegalName: boolean; isInTown: boolean; isReached: boolean },
): { url: string; quote: string } | null {
  if (bearsLegalName) return null
  for (const { url, title, text } of pages) {
    const lines = [title ?? '', ...text.split('\n')]
    const line = lines.find((each) => each.length <= longestLine && hint.test(each) && ofANetwork.test(plain(each)))
    if (line) return { url, quote: quoted(line) }
  }
  return listOfUnits(pages) ?? entryOf(company, pages, facts) ?? partOf(company, pages, { isInTown, isReached }) ?? null
}

const longestLine = 300

/** Units of several towns, each with a way to reach it. */
function listOfUnits(pages: readonly SitePage[]): { url: string; quote: string } | undefined {
  for (const page of pages) {
    const { url, title, text, facts } = page
    const places = [...facts.phones, ...facts.addresses].flatMap(({ at }) => (at === undefined ? [] : [at]))
    const towns = new Map<string, string>()
    for (const at of places) {
      const start = text.lastIndexOf('\n', at) + 1
      const end = text.indexOf('\n', at)
      const line = text.slice(start, end === -1 ? undefined : end).slice(0, longestLine)
      const name = ownOffices.test(plain(line)) ? undefined : town.exec(line)?.[1]
      if (name && !towns.has(plain(name))) towns.set(plain(name), line)
    }
    const heads = [title ?? '', URL.parse(url)?.pathname ?? '', ...headingsOf(page).slice(0, 3)]
    const isOfUnits = heads.some((head) => ofUnits.test(plain(head)))
    if (towns.size >= (isOfUnits ? 2 : leastTowns)) return { url, quote: quoted([...towns.values()][0]!) }
  }
  return undefined
}

/** A telephone beside the company's full name, on a site that calls itself by less than that: an entry about it. */
function entryOf(
  { names, phones, municipio }: Company,
  pages: readonly SitePage[],
  facts: SiteFacts,
): { url: string; quote: string } | undefined {
  const own = facts.phones.find(({ value }) => phones.includes(value))
  const [first] = pages
  if (!own || !first || municipio === null) return undefined
  const heads = [first.title, first.page.siteName, ...headingsOf(first).slice(0, 3)].filter((head) => head !== null)
  if (names.some((name) => heads.some((head) => carriesName(head, name)))) return undefined
  const place = own.places.find(({ quote }) =>
    names.some((name) => carriesName(name, municipio) && nameWords(name).length > 1 && carriesName(quote, name)),
  )
  return place && { url: place.url, quote: place.quote }
}

/** A committee, or a body that bears its town's name and cannot be reached there, on a site that is nowhere in the town. */
function partOf(
  { names, municipio }: Company,
  [first]: readonly SitePage[],
  { isInTown, isReached }: { isInTown: boolean; isReached: boolean },
): { url: string; quote: string } | undefined {
  if (!first || isInTown) return undefined
  const heads = [first.title, ...headingsOf(first).slice(0, 2)].filter((head) => head !== null)
  const isLocal = (name: string) => !isReached && municipio !== null && carriesName(name, municipio)
  const isPart = names.some((name) => part.test(plain(name)) || isLocal(name))
  const isNamed = names.some(
    (name) => (part.test(plain(name)) || hasLegalForm(name)) && heads.some((head) => carriesName(head, name)),
  )
  const isPlaced = municipio !== null && heads.some((head) => carriesName(head, municipio))
  return isPart && !isNamed && !isPlaced ? { url: first.url, quote: quoted(heads[0] ?? first.url) } : undefined
}
