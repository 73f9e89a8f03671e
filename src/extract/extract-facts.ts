import { parse } from 'tldts'
import { whatsappNumber } from './contact-links.ts'
import { inCreditLine } from './credit-line.ts'
import type { PageExtract } from './extract-page.ts'
import { findAddresses, findPostalCodes } from './find-addresses.ts'
import { findCnpjs } from './find-cnpjs.ts'
import { findEmails, toEmail } from './find-emails.ts'
import { findPhones, phoneReader } from './find-phones.ts'
import { findSocials, toSocialProfile } from './find-socials.ts'
import { jsonLdFacts } from './json-ld-facts.ts'
import { isPlaceholderPhone } from './placeholders.ts'
import { type Found, quoteAround } from './quote.ts'

export type Fact = {
  value: string
  /** As it stands on the page, at most 160 characters, the written form of the value within. */
  quote: string
  url: string
  source: 'text' | 'json_ld' | 'link' | 'meta'
  /** Where in the page's text it is written, in characters from its start; of the source `text` only. */
  at?: number
}

export type PageFacts = {
  /** 14 characters, check digits right. */
  cnpjs: Fact[]
  /** E.164. */
  phones: Fact[]
  /** Lower case. */
  emails: Fact[]
  /** E.164: numbers that a link opens WhatsApp with, or that are labelled so (those are among `phones` as well). */
  whatsapps: Fact[]
  /** Addresses of profiles, in one form per profile. */
  socials: Fact[]
  /** Eight digits. */
  postalCodes: Fact[]
  addresses: Fact[]
}

type Kind = keyof PageFacts

// A page with more telephones than this is a list of other people's.
const mostOfAKind = 200

/**
 * The facts a page states, each with the words it states them in and once per value: the text's statement before the
 * JSON-LD's, a link's and a meta element's. Placeholders are dropped, and so is what belongs to the agency that made
 * the site. Whose the rest is remains to be judged: a page may well print a partner's telephone.
 */
export function extractFacts(page: PageExtract): PageFacts {
  const facts = new Map<Kind, Map<string, Fact>>()
  const ownDomain = parse(page.url).domain
  const toE164 = phoneReader()
  /** What the text gives for the agency's, which links and JSON-LD may repeat without saying so. */
  const credited = new Set<string>()

  function add(kind: Kind, source: Fact['source'], value: string | undefined, quote: string, at?: number): void {
    if (!value || (source !== 'text' && credited.has(value) && !isOwn(value))) return
    if ((kind === 'phones' || kind === 'whatsapps') && isPlaceholderPhone(value)) return
    const known = facts.get(kind) ?? new Map<string, Fact>()
    facts.set(kind, known)
    if (known.has(value)) return
    known.set(value, { value, quote, url: page.url, source, ...(at !== undefined && { at }) })
  }

  function read(text: string, source: Fact['source']): void {
    const addAll = (kind: Kind, found: readonly Found[]): void => {
      for (const { value, start, end } of found) {
        if (facts.get(kind)?.has(value) || (facts.get(kind)?.size ?? 0) >= mostOfAKind) continue
        if (inCreditLine(text, start) && !(kind === 'emails' && isOwn(value))) {
          if (source === 'text') credited.add(value)
          continue
        }
        add(kind, source, value, quoteAround(text, start, end), source === 'text' ? start : undefined)
      }
    }
    const phones = findPhones(text, toE164)
    addAll('cnpjs', findCnpjs(text))
    addAll('phones', phones)
    addAll(
      'whatsapps',
      phones.filter(({ whatsapp }) => whatsapp),
    )
    addAll('emails', findEmails(text, ownDomain))
    addAll('socials', findSocials(text))
    addAll('postalCodes', findPostalCodes(text))
    addAll('addresses', findAddresses(text))
  }

  const isOwn = (email: string): boolean => ownDomain !== null && parse(email.split('@')[1] ?? '').domain === ownDomain
  const owner = { domain: ownDomain, names: [page.title, page.siteName].filter((name) => name !== null) }

  read(page.text, 'text')

  for (const { kind, value, quote } of jsonLdFacts(page.jsonLd, owner, toE164)) add(kind, 'json_ld', value, quote)

  for (const number of page.telephones) add('phones', 'link', toE164(number), `tel:${number}`.slice(0, 160))
  for (const address of page.mailtos)
    add('emails', 'link', toEmail(address, ownDomain), `mailto:${address}`.slice(0, 160))
  for (const href of page.whatsapps) {
    const number = whatsappNumber(URL.parse(href, page.url)?.href ?? href)
    add('whatsapps', 'link', number && toE164(number), href.slice(0, 160))
  }
  for (const { url, credit, hidden } of page.links)
    if (!credit && !hidden) add('socials', 'link', toSocialProfile(url), url.slice(0, 160))

  for (const [name, content] of Object.entries(page.metadata))
    if (phoneMetadata.test(name)) add('phones', 'meta', toE164(content), content.slice(0, 160))
  for (const text of [page.title, ...ownMetadata(page)]) if (text) read(text, 'meta')

  const listed = (kind: Kind): Fact[] => [...(facts.get(kind)?.values() ?? [])]
  return {
    cnpjs: listed('cnpjs'),
    phones: listed('phones'),
    emails: listed('emails'),
    whatsapps: listed('whatsapps'),
    socials: listed('socials'),
    postalCodes: listed('postalCodes'),
    addresses: listed('addresses'),
  }
}

// They name whoever made the page, or its software.
const othersMetadata =
  /author|creator|design|develop|generator|webmaster|copyright|publisher|reply-to|hosting|credits|desenvolv|agencia/
// Their whole content is a number, which may then be digits alone.
const phoneMetadata = /^(?:telephone|phone|(?:og|business:contact_data):(?:phone_number|telephone|phone))$/

const ownMetadata = ({ metadata }: PageExtract): string[] =>
  Object.entries(metadata).flatMap(([name, content]) => (othersMetadata.test(name) ? [] : [content]))
