import { parse } from 'tldts'
import type { Fact } from '../../../extract/extract-facts.ts'
import { mailProviders } from '../../../extract/mail-providers.ts'
import type { SiteFact, SiteFacts } from '../../../extract/site-facts.ts'
import type { Company } from '../company.ts'
import { areaCodeOf, stateOfAddress, stateOfPostalCode, statesOfAreaCode } from './brazilian-places.ts'
import type { Evidence, EvidenceKind } from './evidence-points.ts'
import { nameInLabel, nameWords, plain } from './name-words.ts'
import { isAmongOthers } from './printed-cnpjs.ts'
import { organizationNodes, quotedLine, type SitePage } from './site-pages.ts'

/** More telephones than this are a list: of branches, or of other people. */
const mostPhones = 12
const streetTypes =
  /^(?:rua|r|avenida|av|alameda|al|travessa|tv|praca|pca|rodovia|rod|estrada|estr|largo|quadra|qd|viela)\b\.?/
const titles: Record<string, string> = {
  dr: 'doutor', dra: 'doutora', prof: 'professor', cel: 'coronel', eng: 'engenheiro', gal: 'general', gen: 'general',
  cap: 'capitao', pres: 'presidente', gov: 'governador', sen: 'senador', dep: 'deputado', pe: 'padre', sta: 'santa', sto: 'santo',
} // biome-ignore format: a table

/** What the registry says of how and where to reach the company, as far as the site says the same. */
export function contactEvidence(
  company: Company,
  facts: SiteFacts,
  pages: readonly SitePage[],
  homeUrl: string,
): Evidence[] {
  const evidence: Evidence[] = []
  const add = (kind: EvidenceKind, what: string, { url, quote }: { url: string; quote: string }) =>
    evidence.push({ kind, what, url, quote })
  const pageOf = new Map(pages.map((page) => [page.url, page]))
  const own = (list: readonly SiteFact[]) =>
    list.filter(
      ({ isElsewhere, places }) =>
        !isElsewhere && !places.every((place) => isAmongOthers(place, pageOf.get(place.url)!)),
    )

  const phones = own(facts.phones)
  const phone = [...phones, ...own(facts.whatsapps)].find(({ value }) => company.phones.includes(value))
  if (phone) {
    const kind = phones.length > mostPhones ? 'listedPhone' : 'phone'
    add(kind, `O telefone ${phone.value} é o do cadastro na Receita`, phone.places[0]!)
  }

  const email = own(facts.emails).find(({ value }) => value === company.email)
  if (email) add('email', `O e-mail ${email.value} é o do cadastro na Receita`, email.places[0]!)
  // Not of the domain that the site was found from: it may have been let go, and lead to whoever has it now.
  if (!email && isAtItsMail(company, homeUrl)) {
    const what = 'O domínio é o do e-mail no cadastro da Receita'
    add('emailDomain', what, { url: homeUrl, quote: new URL(homeUrl).hostname })
  }

  const postalCode = own(facts.postalCodes).find(({ value }) => value === company.cep)
  if (postalCode) {
    const kind = postalCode.value.endsWith('000') ? 'townPostalCode' : 'postalCode'
    add(kind, `O CEP ${postalCode.value} é o do cadastro na Receita`, postalCode.places[0]!)
  }
  const address = own(facts.addresses).find(({ value }) => isStreetOf(company, value))
  if (address) add('street', 'O endereço é o do cadastro na Receita', address.places[0]!)
  return evidence
}

/** Whether the registry's e-mail is at the site's domain. */
export function isAtItsMail({ email }: Company, homeUrl: string): boolean {
  const domain = domainOf(email?.split('@')[1] ?? '')
  return domain !== null && !mailProviders.has(domain) && domainOf(homeUrl) === domain
}

/** Whether the registry's e-mail is at a domain with the company's name, and the site at another. */
export function isAtHomeElsewhere({ names, email, municipio, uf }: Company, homeUrl: string): boolean {
  const domain = domainOf(email?.split('@')[1] ?? '')
  if (domain === null || mailProviders.has(domain) || domain === domainOf(homeUrl)) return false
  return names.some((name) => nameInLabel(domain.split('.')[0]!, name, { municipio, uf }) === 'telling')
}

function isStreetOf({ logradouro, numero }: Company, address: string): boolean {
  const number = /^0*(\d+)/.exec(numero ?? '')?.[1]
  const wanted = streetWords(logradouro ?? '')
  if (!number || wanted.length === 0) return false
  // The last word is what people call it by: "Rua Coronel José Paulino", "Rua José Paulino".
  const [street = '', ...rest] = plain(address).split(',')
  const numbers = rest.join(',').match(/\d+(?:\.\d{3})?/g) ?? street.match(/\d+/g) ?? []
  const said = new Set(streetWords(street))
  const common = wanted.filter((word) => said.has(word)).length
  const isNumber = numbers.slice(0, 2).some((each) => each.replace('.', '') === number)
  return isNumber && said.has(wanted.at(-1)!) && common * 2 >= wanted.length
}

/** A line that says where a company works, not where it is: such a word, or several towns. */
const reachWords =
  /atend|entreg|frete|obra|client|projeto|regia|cobertura|servimos|presente em|instalad|inaugur|realizad|evento|vaga|unidades? em|representante/
const isReach = (line: string): boolean =>
  reachWords.test(plain(line)) || (line.match(/\p{Ll} ?[-–/,] ?[A-Z]{2}(?![\p{L}\p{N}])/gu) ?? []).length > 1

const streetWords = (street: string): string[] =>
  nameWords(plain(street).trim().replace(streetTypes, '')).map((word) => titles[word] ?? word)

const domainOf = (address: string): string | null => parse(address, { allowPrivateDomains: true }).domain

export type PlaceEvidence = {
  evidence: Evidence[]
  /** The site says that it is in the company's town. */
  isInTown: boolean
  /** The site says that it is somewhere else. */
  isElsewhere: boolean
}

/** Whether the site is where the company is: its town named, or only other towns, other states, other area codes. */
export function placeEvidence(company: Company, pages: readonly SitePage[], facts: SiteFacts): PlaceEvidence {
  const { municipio, uf } = company
  const named = municipio ? townNamed(pages, facts, municipio, uf) : undefined
  const evidence: Evidence[] = named ? [named] : []
  const isInTown = named?.kind === 'city'
  const against = !isInTown && elsewhere(company, facts)
  if (against) evidence.push(against)
  return { evidence, isInTown, isElsewhere: Boolean(against) }
}

function townNamed(
  pages: readonly SitePage[],
  facts: SiteFacts,
  municipio: string,
  uf: string | null,
): Evidence | undefined {
  const town = nameWords(municipio).join(' ')
  if (!town) return undefined
  const state = plain(uf ?? '')
  const carries = (line: string) => ` ${nameWords(line).join(' ')} `.includes(` ${town} `)
  const withState = (line: string) =>
    carries(line) &&
    ` ${plain(line).replace(/[^a-z0-9]+/g, ' ')} `.includes(
      ` ${plain(municipio).replace(/[^a-z0-9]+/g, ' ')} ${state} `,
    )
  const evidence = (kind: 'city' | 'cityMention', { url }: SitePage, quote: string): Evidence => ({
    kind,
    what: kind === 'city' ? `O site diz que fica em ${municipio}` : `O site menciona ${municipio}`,
    url,
    quote,
  })
  const first = town.split(' ')[0]!
  // A site that gives its address is there, and any other town is a customer's.
  const isPlaced = facts.addresses.some(
    ({ value, isElsewhere }) =>
      !isElsewhere && stateOfAddress(value) !== undefined && !carries(value.replace(/^[^,]*,/, '')),
  )
  // Few pages name the town, and to take every line of the others apart would be dear.
  const naming = pages.filter((page) => plain(page.text).includes(first) || page.page.jsonLd.length > 0)
  for (const page of naming) {
    const address = page.facts.addresses.find(({ value }) => carries(value.replace(/^[^,]*,/, '')))
    if (address) return evidence('city', page, address.quote)
    const line = state && !isPlaced ? quotedLine(page.text, (each) => withState(each) && !isReach(each)) : undefined
    if (line) return evidence('city', page, line)
    for (const { node } of organizationNodes(page.page.jsonLd)) {
      const { addressLocality } = (node.address ?? {}) as { addressLocality?: unknown }
      if (typeof addressLocality === 'string' && carries(addressLocality))
        return evidence('city', page, `"addressLocality": "${addressLocality}"`.slice(0, 160))
    }
  }
  for (const page of pages) {
    if (!naming.includes(page) && !carries(page.title ?? '')) continue
    const line = [page.title ?? '', ...page.text.split('\n')].find((each) => each.length <= 2_000 && carries(each))
    if (line) return evidence('cityMention', page, line.trim().slice(0, 160).toWellFormed())
  }
  return undefined
}

/** What speaks for another place than the company's, the clearest first. */
function elsewhere({ uf, municipio, phones }: Company, facts: SiteFacts): Evidence | undefined {
  if (!uf) return undefined
  const own = (list: readonly SiteFact[]): Fact[] =>
    list.filter((fact) => !fact.isElsewhere).map(({ places }) => places[0]!)
  const addresses = own(facts.addresses)
  const stated = [
    ...addresses.map((fact) => ({ fact, state: stateOfAddress(fact.value) })),
    ...own(facts.postalCodes).map((fact) => ({ fact, state: stateOfPostalCode(fact.value) })),
  ].filter(({ state }) => state !== undefined)
  const of = (kind: EvidenceKind, what: string, { url, quote }: Fact): Evidence => ({ kind, what, url, quote })
  if (stated.length > 0) {
    if (!stated.some(({ state }) => state === uf))
      return of('otherState', `O endereço no site é de outro estado, não de ${uf}`, stated[0]!.fact)
    const inState = addresses.find((fact) => stateOfAddress(fact.value) === uf)
    if (municipio && inState)
      return of('otherCity', `O endereço no site é de outra cidade, não de ${municipio}`, inState)
    return undefined
  }
  const codes = own(facts.phones).flatMap((fact) => {
    const code = areaCodeOf(fact.value)
    return code ? [{ fact, code }] : []
  })
  const isOurs = ({ fact, code }: { fact: Fact; code: string }) =>
    statesOfAreaCode(code).includes(uf) || phones.includes(fact.value)
  if (codes.length > 0 && !codes.some(isOurs))
    return of('otherAreaCode', `Os telefones no site são de outro estado, não de ${uf}`, codes[0]!.fact)
  return undefined
}
