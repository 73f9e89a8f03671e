import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { formatCnpj } from '../cnpj/number.ts'
import type { Fact, PageFacts } from '../extract/extract-facts.ts'

/** A fact where it was first stated; `pages` is on how many of the site's pages it stands. */
export type SiteFact = Fact & { pages: number }
export type SiteFacts = Record<keyof PageFacts, SiteFact[]>

/** In the order in which they are shown. */
export const factKinds: readonly {
  kind: keyof PageFacts
  /** As a key of the JSON, like those of the API. */
  key: string
  label: string
  shown(value: string): string
}[] = [
  { kind: 'cnpjs', key: 'cnpjs', label: 'CNPJ', shown: formatCnpj },
  { kind: 'phones', key: 'phones', label: 'Telefones', shown: spokenPhone },
  { kind: 'whatsapps', key: 'whatsapps', label: 'WhatsApp', shown: spokenPhone },
  { kind: 'emails', key: 'emails', label: 'E-mails', shown: asItIs },
  { kind: 'socials', key: 'socials', label: 'Redes sociais', shown: asItIs },
  { kind: 'addresses', key: 'addresses', label: 'Endereços', shown: asItIs },
  {
    kind: 'postalCodes',
    key: 'postal_codes',
    label: 'CEP',
    shown: (value) => value.replace(/^(\d{5})(\d{3})$/, '$1-$2'),
  },
]

/** The facts of several pages, each value once: at its first page, by preference one whose text states it. */
export function siteFacts(pages: readonly { facts: PageFacts }[]): SiteFacts {
  return Object.fromEntries(
    factKinds.map(({ kind }) => [kind, merged(pages.map(({ facts }) => facts[kind]))]),
  ) as SiteFacts
}

function merged(lists: readonly Fact[][]): SiteFact[] {
  const byValue = new Map<string, SiteFact>()
  for (const fact of lists.flat()) {
    const known = byValue.get(fact.value)
    const better = !known || (fact.source === 'text' && known.source !== 'text') ? fact : known
    byValue.set(fact.value, { ...better, pages: (known?.pages ?? 0) + 1 })
  }
  return [...byValue.values()]
}

function spokenPhone(number: string): string {
  return parsePhoneNumberFromString(number)?.formatInternational() ?? number
}

function asItIs(value: string): string {
  return value
}
