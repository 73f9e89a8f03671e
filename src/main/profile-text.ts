import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { formatCnpj } from '../cnpj/number.ts'
import type { Reason } from '../kinds/discovery/verify.ts'
import type { Claim, CompanyProfile } from '../kinds/profile/company-profile.ts'
import { type Look, oneLine, paint, wrap } from './terminal.ts'

/** What a discovery that found the website says of it. */
export type FoundWebsite = { website: string; confidence: number; reasons: Reason[] }

const labelWidth = 14
const widest = 100

/** A company's profile for reading in a terminal, in Portuguese: each value with the sentence of the site that states it. */
export function profileText(brand: string, found: FoundWebsite, profile: CompanyProfile, look: Look): string {
  const width = Math.max(40, Math.min(look.columns - 1, widest)) - labelWidth
  const lines: string[] = []
  const say = (label: string, text: string) => {
    const [first = '', ...more] = wrap(oneLine(text), width)
    lines.push(paint('cyan', label.padEnd(labelWidth), look) + first, ...more.map((line) => indent + line))
  }
  const prove = (quote: string, url: string, value?: string) => {
    const path = oneLine(URL.parse(url)?.pathname ?? url)
    const where = path === '/' ? 'na\u00a0página\u00a0inicial' : `em\u00a0${path}`
    const text = quote === value ? where : `“${oneLine(quote)}” ${where}`
    lines.push(...wrap(text, width - 2).map((line) => `${indent}  ${paint('dim', line, look)}`))
  }
  const claims = (label: string, values: readonly Claim[], shown: (value: string) => string = (value) => value) =>
    values.forEach(({ value, evidence }, index) => {
      say(index === 0 ? label : '', shown(value))
      const [place] = evidence
      if (place) prove(place.quote, place.url, value)
    })

  const name = profile.name?.value ?? brand
  const cnpj = profile.cnpj ? `  CNPJ ${formatCnpj(profile.cnpj)}` : ''
  lines.push(paint('dim', '─'.repeat(width + labelWidth), look), paint('bold', oneLine(name), look) + cnpj)
  say('Site', `${found.website} (confiança de ${Math.round(found.confidence * 100)} %)`)
  found.reasons.forEach(({ what, quote, url, points }, index) => {
    say(index === 0 ? 'Por que este' : '', `${what} (${points > 0 ? '+' : ''}${points})`)
    prove(quote, url)
  })
  claims('Descrição', profile.description ? [profile.description] : [])
  claims('Telefones', profile.phones, spokenPhone)
  claims('WhatsApp', profile.whatsapps, spokenPhone)
  claims('E-mails', profile.emails)
  claims('Endereço', profile.addresses)
  claims('Redes sociais', profile.socials)
  say('Lido em', `${profile.pages.length} ${profile.pages.length === 1 ? 'página' : 'páginas'} do site`)
  return lines.join('\n')
}

const indent = ' '.repeat(labelWidth)

const spokenPhone = (number: string): string => parsePhoneNumberFromString(number)?.formatInternational() ?? number
