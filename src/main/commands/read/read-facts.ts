import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { formatCnpj } from '../../../cnpj/number.ts'
import type { PageFacts } from '../../../extract/extract-facts.ts'

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

function spokenPhone(number: string): string {
  return parsePhoneNumberFromString(number)?.formatInternational() ?? number
}

function asItIs(value: string): string {
  return value
}
