import { parse } from 'tldts'
import type { SiteFacts } from '../../../extract/site-facts.ts'
import { stateOfAddress } from './brazilian-places.ts'
import { quotedLine, type SitePage } from './site-pages.ts'

/** Numbers by which other countries tax: NIPC, NIF (PT, ES), USt-IdNr, HRB (DE), P. IVA (IT), SIRET (FR), RUT, CUIT, RUC, NIT, EIN. */
const taxNumber =
  /\b(?:NIPC|NIF|SIRET|SIREN|RUC|NIT|HRB|CIF)\b[ .:ºnN°]{0,6}[A-Z]?\d[\d .-]{2,14}|\bUSt\.?-?Id\.?-?(?:Nr)?\b|\bP(?:\.|artita) ?IVA\b|\bVAT\b[\w .:]{0,20}\d{6}|\bRUT\b[ .:]{0,4}\d{1,2}\.?\d{3}\.?\d{3}-?[\dkK]|\bCUIT\b[ .:]{0,4}\d{2}-?\d{8}|\bEIN\b[ .:]{0,4}\d{2}-\d{7}/
/** A telephone number that begins with another country's code. */
const abroad = /(?<![\d+])(?:\+|\(\+) ?(?!55)[1-9]\d{0,2}\)?[ .()-]{0,3}\d(?:[ .()-]{0,2}\d){6,12}/
/** A postal code and a town as Portugal, Italy, Spain, France and Germany write them. */
const postalCode = /(?<![\d.-])(?:\d{4}-\d{3}|\d{5}) \p{Lu}\p{Ll}{2,}/u
const country =
  /(?<!\p{L})(?:Portugal|Espa(?:ñ|nh)a|Spain|It[aá]lia|Italy|Deutschland|Germany|France|Argentina|Paraguay|Uruguay|Chile|Colombia|M[eé]xico|U\.?S\.?A\.?|United States|United Kingdom)(?!\p{L})/u
/** Endings of countries that everybody takes for their sound. */
const everybodys = new Set('co io me tv ai cc ag la ws fm to ly gg sh gl vc'.split(' '))

/**
 * Where a site shows that it is a company's of another country: its tax number, a telephone, an address there. Null
 * where anything shows that it is in Brazil, too: a CNPJ, a telephone, a postal code, an address, its own domain.
 */
export function foreignMark(
  pages: readonly SitePage[],
  facts: SiteFacts,
  homeUrl: string,
): { url: string; quote: string } | null {
  const ending = parse(homeUrl).publicSuffix?.split('.').at(-1) ?? ''
  const isBrazilian =
    ending === 'br' ||
    facts.cnpjs.length > 0 ||
    facts.postalCodes.length > 0 ||
    [...facts.phones, ...facts.whatsapps].some(({ value }) => value.startsWith('+55')) ||
    facts.addresses.some(({ value }) => stateOfAddress(value) !== undefined)
  if (isBrazilian) return null
  const isAbroad = ending.length === 2 && !everybodys.has(ending)
  for (const { url, text } of pages) {
    const quote = quotedLine(text, (line) => {
      const isPlaced = postalCode.test(line)
      return taxNumber.test(line) || abroad.test(line) || (isPlaced && (isAbroad || country.test(line)))
    })
    if (quote) return { url, quote }
  }
  return null
}
