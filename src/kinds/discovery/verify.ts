import { cnpjRoot, formatCnpj } from '../../cnpj/number.ts'
import type { Fact } from '../../extract/extract-facts.ts'
import type { ReadPage } from '../../site/read-page.ts'
import type { SiteReading } from '../../site/read-site.ts'
import type { Candidate } from './candidates.ts'
import type { Company } from './company.ts'
import { carriesName, nameWords, plain } from './name-words.ts'

/** Why a site is, or is not, the company's: for people, in Portuguese, with the place where it stands. */
export type Reason = { points: number; what: string; url: string; quote: string }
export type Verdict = { isAccepted: boolean; score: number; confidence: number; reasons: Reason[] }

const needed = 60
/** A site that prints the numbers of so many companies is a directory, or an association's. */
const rootsOfADirectory = 3
const points = {
  cnpj: 100,
  sameRoot: 80,
  otherCnpj: -80,
  directory: -200,
  given: 40,
  name: 30,
  domain: 25,
  phone: 35,
  email: 35,
  postalCode: 20,
  city: 10,
}

/**
 * Scores what was read of a site against what is known of the company. Pure: the same pages give the same verdict, and
 * every point is a reason with its quote. It is accepted from 60 points: the CNPJ alone is enough, a name alone is not.
 */
export function verify(
  company: Company,
  origin: Candidate['origin'],
  { pages, homeUrl }: Pick<SiteReading, 'pages' | 'homeUrl'>,
): Verdict {
  const reasons: Reason[] = []
  const add = (kind: keyof typeof points, what: string, url: string, quote: string) =>
    reasons.push({ points: points[kind], what, url, quote })

  const cnpjs = pages.flatMap((page) => page.facts.cnpjs)
  addCnpjReasons(company, cnpjs, add)

  for (const name of company.names) {
    const place = namePlaces(pages[0]!).find(({ text }) => carriesName(text, name))
    if (!place) continue
    add('name', `O site se apresenta como "${name}"`, place.url, place.text)
    break
  }
  const host = plain(new URL(homeUrl).hostname.replace(/^www\./, ''))
  const label = host.split('.')[0]!.replaceAll('-', '')
  const inDomain = company.names.find((name) => {
    const joined = nameWords(name).join('')
    return joined.length >= 4 && (label === joined || (joined.length >= 6 && label.startsWith(joined)))
  })
  if (inDomain) add('domain', `O domínio é o nome "${inDomain}"`, homeUrl, host)

  const first = (kind: 'phones' | 'emails' | 'postalCodes', fits: (value: string) => boolean): Fact | undefined =>
    pages.flatMap((page) => page.facts[kind]).find(({ value }) => fits(value))
  const phone = first('phones', (value) => company.phones.includes(value))
  if (phone) add('phone', `O telefone ${phone.value} é o do cadastro na Receita`, phone.url, phone.quote)
  const email = first('emails', (value) => value === company.email)
  if (email) add('email', `O e-mail ${email.value} é o do cadastro na Receita`, email.url, email.quote)
  else if (origin === 'email_domain') add('email', 'O domínio é o do e-mail no cadastro da Receita', homeUrl, host)
  const postalCode = first('postalCodes', (value) => value === company.cep)
  if (postalCode)
    add('postalCode', `O CEP ${postalCode.value} é o do cadastro na Receita`, postalCode.url, postalCode.quote)
  const { municipio } = company
  const cityPage = municipio ? pages.find(({ text }) => carriesName(text, municipio)) : undefined
  if (municipio && cityPage) {
    const line = cityPage.text.split('\n').find((each) => carriesName(each, municipio)) ?? municipio
    add('city', `O site menciona ${municipio}`, cityPage.url, line.slice(0, 160))
  }
  if (origin === 'given') add('given', 'O site foi informado na requisição', homeUrl, host)

  const score = reasons.reduce((sum, reason) => sum + reason.points, 0)
  const hasIdentity = company.cnpj !== null || company.names.length > 0
  const isAccepted = hasIdentity ? score >= (origin === 'given' ? points.given : needed) : origin === 'given'
  return { isAccepted, score, confidence: Math.max(0, Math.min(1, score / 100)), reasons }
}

function addCnpjReasons(
  { cnpj }: Company,
  printed: readonly Fact[],
  add: (kind: 'cnpj' | 'sameRoot' | 'otherCnpj' | 'directory', what: string, url: string, quote: string) => void,
): void {
  if (!cnpj) return
  const roots = new Set(printed.map(({ value }) => cnpjRoot(value)))
  if (roots.size >= rootsOfADirectory) {
    const { url, quote } = printed[0]!
    add('directory', `O site lista CNPJs de ${roots.size} empresas: é um diretório`, url, quote)
  }
  const exact = printed.find(({ value }) => value === cnpj)
  if (exact) add('cnpj', `O site traz o CNPJ ${formatCnpj(cnpj)}`, exact.url, exact.quote)
  if (exact) return
  const branch = printed.find(({ value }) => cnpjRoot(value) === cnpjRoot(cnpj))
  if (branch) {
    const what = `O site traz o CNPJ ${formatCnpj(branch.value)}, da mesma empresa (mesma raiz)`
    add('sameRoot', what, branch.url, branch.quote)
    return
  }
  const other = printed[0]
  if (other) add('otherCnpj', `O site traz o CNPJ ${formatCnpj(other.value)}, de outra empresa`, other.url, other.quote)
}

/** Where a site says who it is. */
function namePlaces({ url, title, page }: ReadPage): { text: string; url: string }[] {
  const named = page.jsonLd.flatMap((node) => {
    const name = (node as { name?: unknown } | null)?.name
    return typeof name === 'string' ? [name] : []
  })
  return [title, page.siteName, ...named].filter((text): text is string => Boolean(text)).map((text) => ({ text, url }))
}
