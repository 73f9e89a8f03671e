import { parse } from 'tldts'
import { mailProviders } from './mail-providers.ts'
import { isPlaceholderEmail } from './placeholders.ts'
import type { Found } from './quote.ts'

const label = '[a-z0-9-]{1,63}'
const inBrackets = (words: string): string => `[[({<] ?(?:${words}) ?[\\])}>]`
const dot = String.raw`\.| ?${inBrackets(String.raw`ponto|dot|\.`)} ?`
// "ponto" without brackets is a word like any other, so then all the dots are written so.
const anyHost = `${label}(?:(?:(?:${dot})${label}){1,4}|(?: (?:ponto|dot) ${label}){1,4})`
const host = new RegExp(anyHost, 'iy')
const spelledDot = new RegExp(` ?${inBrackets(String.raw`ponto|dot|\.`)} ?| (?:ponto|dot) `, 'gi')
/** What stands for the sign. The name and the host are sought from there. */
const disguise = new RegExp(`${inBrackets('arroba|at|a|@')}| arroba `, 'gi')
const capitals = / AT /g
const disguised = new RegExp(
  `([a-z0-9._%+-]{1,64}) ?(?:${inBrackets('arroba|at|a|@')}| (?:arroba|at) ) ?(${anyHost})`,
  'iy',
)
const longestName = 64

/** A page with more is a list, of which no more are kept anyway. */
const most = 2000

/**
 * The e-mail addresses of a text, in lower case, also those disguised as `nome [arroba] empresa.com.br`, `nome(at)…`,
 * `nome arroba …`, `nome AT … DOT …` or with blanks around the sign. Placeholders, image names such as `logo@2x.png` and whatever has no existing top-level domain are not,
 * except at `ownDomain`: a site that answers there shows that the domain exists, as within a company's own network.
 */
export function findEmails(text: string, ownDomain: string | null = null): Found[] {
  const found: Found[] = []
  const add = (name: string, writtenHost: string, start: number, end: number): void => {
    const value = toEmail(`${name}@${writtenHost.replace(spelledDot, '.')}`, ownDomain)
    if (value) {
      found.push({ value, start, end })
      return
    }
    const cut = withoutSentence.exec(writtenHost)?.[1]
    const shorter = cut && toEmail(`${name}@${cut}`, ownDomain)
    if (shorter) found.push({ value: shorter, start, end: end - (writtenHost.length - cut.length) })
  }
  // From each sign outwards: a search for the name first would try every word of the page.
  for (let sign = text.indexOf('@'); sign !== -1 && found.length < most; sign = text.indexOf('@', sign + 1)) {
    const isApartBefore = text[sign - 1] === ' '
    const isApartAfter = text[sign + 1] === ' '
    const nameEnd = isApartBefore ? sign - 1 : sign
    const start = nameBeginning(text, nameStart(text, nameEnd), nameEnd)
    if (start === nameEnd) continue
    host.lastIndex = isApartAfter ? sign + 2 : sign + 1
    const hostStart = host.lastIndex
    if (!host.test(text) || text[host.lastIndex] === '@') continue
    const end = host.lastIndex
    const name = text.slice(start, nameEnd)
    const writtenHost = text.slice(hostStart, end)
    if (isApartBefore || isApartAfter) {
      const before = text.slice(Math.max(0, start - labelReach), start)
      if (!isAddressApart({ name, host: writtenHost, isApartBefore, isApartAfter, before, ownDomain })) continue
    }
    add(name, writtenHost, start, end)
  }
  let reached = 0
  const addDisguised = (index: number, isProse: (match: RegExpExecArray) => boolean): void => {
    const from = nameStart(text, text[index - 1] === ' ' ? index - 1 : index)
    if (from < reached || from === index) return
    disguised.lastIndex = from
    const match = disguised.exec(text)
    if (!match || /^www\./i.test(match[2]!) || isProse(match)) return
    reached = from + match[0].length
    add(match[1]!, match[2]!, from, reached)
  }
  for (const { 0: sign, index } of text.matchAll(disguise)) {
    if (found.length >= most) break
    // "Bem-vindo(a) aurora.com.br": the two genders of a word.
    const mayBeGender = /^.a.$/i.test(sign) && text[index - 1] !== ' ' && text[index + sign.length] === ' '
    if (!mayBeGender) addDisguised(index, () => false)
  }
  reached = 0
  for (const { index } of text.matchAll(capitals)) {
    if (found.length >= most) break
    addDisguised(index, ([, name]) => englishProse.test(name!))
  }
  return found.sort((a, b) => a.start - b.start)
}

// "contato@aurora.com.br.Ligue já": a sentence goes on without a blank.
const withoutSentence = /^(.*[a-z0-9])[.-]?[A-Z][a-z][^.]*$/
const englishProse = /^(?:us|me|we|you|me|now|here|online|visit|look|find|more|available|reach|back)$/i

const labelReach = 20
const mailLabel = /(?:e-?mails?|mail|correio)[^\p{L}\p{N}\n]{0,5}$/iu
const mailbox =
  /^(?:contatos?|vendas?|sac|comercial|atendimento|rh|financeiro|suporte|info|adm|administra(?:tivo|cao)|diretoria|secretaria|compras|ouvidoria|faleconosco|marketing|mkt|orcamentos?|cobranca|fiscal|contabilidade|juridico|recepcao|reservas|matriculas?|curriculos?|vagas|imprensa|sales|contact|hello|ola|escritorio|gerencia|agendamentos?|pedidos|assistencia|logistica|qualidade|projetos|engenharia)\d{0,2}$/i
const prose =
  /(?:^|-)(?:nos|me|se|us)$|^(?:siga|curta|visite|acesse|encontre|veja|venha|instagram|insta|facebook|face|twitter|tiktok|youtube|site|www|em|na|no|aqui|online|follow|find|visit)$/i

/**
 * Whether blanks around the sign hide an address ("contato @ aurora.com.br"), rather than that somebody is named by
 * a handle ("siga @aurora") or something is at a place ("show @ bar.com").
 */
function isAddressApart(written: {
  name: string
  host: string
  isApartBefore: boolean
  isApartAfter: boolean
  before: string
  ownDomain: string | null
}): boolean {
  const { name, host, isApartBefore, isApartAfter, before, ownDomain } = written
  if (prose.test(name) || /^www\./i.test(host)) return false
  if (!isApartBefore || mailbox.test(name) || mailLabel.test(before)) return true
  if (!isApartAfter) return false
  const { domain } = parse(host.toLowerCase())
  return (domain !== null && (domain === ownDomain || mailProviders.has(domain))) || /[a-z0-9][._\d]/.test(name)
}

/** After what is no part of a name: a dash that opens a list's line, an escaped blank, a `www.` too many. */
function nameBeginning(text: string, start: number, end: number): number {
  const [ahead = ''] = /^(?:[.%+-]|(?<=%)20|www\.)*/i.exec(text.slice(start, end)) ?? []
  return start + ahead.length
}

/** Where the name that ends at `end` begins; `end` when there is none. */
function nameStart(text: string, end: number): number {
  let start = end
  while (start > 0 && end - start < longestName && isNameCharacter(text.charCodeAt(start - 1))) start--
  return start
}

// Letters and digits of ASCII, and . _ % + -
const isNameCharacter = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x30 && code <= 0x39) ||
  code === 0x2e ||
  code === 0x5f ||
  code === 0x25 ||
  code === 0x2b ||
  code === 0x2d

/** One address in lower case, or `undefined` when it is none or a placeholder. */
export function toEmail(written: string, ownDomain: string | null = null): string | undefined {
  const email = written.trim().toLowerCase().replace(/\.+$/, '')
  const [name = '', host = '', ...more] = email.split('@')
  if (more.length || !/^[a-z0-9_%+][a-z0-9._%+-]*$/.test(name) || /\.$|\.\./.test(name)) return undefined
  const { domain, isIcann } = parse(host)
  if (!domain || !(isIcann || domain === ownDomain) || !/^[a-z0-9.-]+$/.test(host) || /(?:^|\.)-|-(?:\.|$)/.test(host))
    return undefined
  return isPlaceholderEmail(name, host, domain, ownDomain) ? undefined : `${name}@${host}`
}
