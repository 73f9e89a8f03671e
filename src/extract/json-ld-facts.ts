import { normalizeCnpj } from '../cnpj/number.ts'
import { whatsappNumber } from './contact-links.ts'
import { toPostalCode } from './find-addresses.ts'
import { findCnpjs } from './find-cnpjs.ts'
import { toEmail } from './find-emails.ts'
import { type PhoneReader, phoneReader } from './find-phones.ts'
import { toSocialProfile } from './find-socials.ts'
import { isPlaceholderPhone, isPlaceholderStreet } from './placeholders.ts'
import { isOthersProperty, otherOrganizations, type PageOwner } from './whose-json-ld.ts'

export type JsonLdFact = {
  kind: 'cnpjs' | 'phones' | 'emails' | 'whatsapps' | 'socials' | 'postalCodes' | 'addresses'
  value: string
  /** `"key": "value"`, as it stands there. */
  quote: string
}

const deepest = 12
const most = 500
/** Values looked at, each of which may be searched for a CNPJ. */
const mostVisited = 50_000

/**
 * What the JSON-LD of a page says about the company. Its templates are often left as they came: nothing here is certain.
 * What it says of other organisations is left out, and so are the examples of templates.
 */
export function jsonLdFacts(
  jsonLd: readonly unknown[],
  owner: PageOwner = { domain: null, names: [] },
  toE164: PhoneReader = phoneReader(),
): JsonLdFact[] {
  const facts: JsonLdFact[] = []
  if (jsonLd.length === 0) return facts
  const isAnothers = otherOrganizations(jsonLd, owner)
  let visited = 0

  function visit(value: unknown, key: string, depth: number): void {
    if (depth > deepest || facts.length >= most || visited++ >= mostVisited) return
    if (Array.isArray(value)) {
      for (const each of value) visit(each, key, depth + 1)
    } else if (typeof value === 'object' && value !== null) {
      if (!isAnothers(key, value as Record<string, unknown>)) visitNode(value as Record<string, unknown>, key, depth)
    } else if (typeof value === 'string' || typeof value === 'number') {
      facts.push(...factsOf(key, String(value), owner.domain, toE164))
    }
  }

  function visitNode(node: Record<string, unknown>, key: string, depth: number): void {
    const isTemplate = typeof node.telephone === 'string' && isPlaceholderPhone(toE164(node.telephone) ?? '')
    const isExample = typeof node.streetAddress === 'string' && isPlaceholderStreet(node.streetAddress)
    const address = isExample ? undefined : postalAddress(node)
    if (address) facts.push({ kind: 'addresses', ...address })
    for (const [name, each] of Object.entries(node)) {
      if (isOthersProperty(name, node)) continue
      if ((isTemplate && name === 'address') || (isExample && name === 'postalCode')) continue
      // A value with its language or its type beside it.
      visit(each, name === '@value' ? key : name, depth + 1)
    }
  }

  visit(jsonLd, '', 0)
  return facts
}

function factsOf(key: string, text: string, ownDomain: string | null, toE164: PhoneReader): JsonLdFact[] {
  const quote = quoteOf(key, text)
  const one = (kind: JsonLdFact['kind'], value: string | undefined): JsonLdFact[] =>
    value ? [{ kind, value, quote }] : []
  const phone = (written: string): string | undefined => {
    const found = toE164(written)
    return found && isPlaceholderPhone(found) ? undefined : found
  }
  switch (key) {
    case 'telephone':
    case 'faxNumber':
    case 'phone':
      return one('phones', phone(text))
    case 'email':
      return one('emails', toEmail(text.replace(/^mailto:/i, ''), ownDomain))
    case 'postalCode':
      return one('postalCodes', toPostalCode(text))
    case 'taxID':
    case 'vatID':
      return one('cnpjs', normalizeCnpj(text) ?? findCnpjs(text)[0]?.value)
    case 'sameAs':
    case 'url':
    case 'contactUrl': {
      const number = whatsappNumber(text)
      return [
        ...one('socials', toSocialProfile(text)),
        ...one('whatsapps', number && (toE164(number) ?? phone(`+${number}`))),
      ]
    }
    default:
      return findCnpjs(text).flatMap(({ value }) => one('cnpjs', value))
  }
}

function postalAddress(value: object): { value: string; quote: string } | undefined {
  const field = (name: string): string => {
    const found = (value as Record<string, unknown>)[name]
    return typeof found === 'string' || typeof found === 'number' ? String(found).replace(/\s+/g, ' ').trim() : ''
  }
  const street = field('streetAddress')
  if (!street || !/\d|s\/n/i.test(street)) return undefined
  const town = [field('addressLocality'), field('addressRegion')].filter(Boolean).join(' - ')
  return {
    value: [street, town, field('postalCode')].filter(Boolean).join(', '),
    quote: quoteOf('streetAddress', street),
  }
}

const quoteOf = (key: string, text: string): string => {
  const quote = `${key ? `"${key}": ` : ''}"${text}"`
  return quote.length <= 160 ? quote : quote.slice(0, 160).toWellFormed()
}
