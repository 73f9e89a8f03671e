import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { formatCnpj } from '../../cnpj/number.ts'
import type { Reason } from '../../kinds/discovery/verdict/verify.ts'
import type { CompanyProfile, Evidence } from '../../kinds/profile/company-profile.ts'
import { type Look, oneLine, paint, wrap } from '../commands/terminal.ts'

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
  type Shown = { value: string | number; evidence: Evidence[] }
  const claims = (
    label: string,
    values: readonly (Shown | null)[],
    shown: (value: string) => string = (value) => value,
  ) =>
    values
      .filter((each) => each !== null)
      .forEach(({ value, evidence }, index) => {
        say(index === 0 ? label : '', shown(String(value)))
        const [place] = evidence
        if (place) prove(place.quote, place.url, String(value))
      })

  const name = profile.name?.value ?? brand
  const cnpj = profile.cnpj ? `  CNPJ ${formatCnpj(profile.cnpj)}` : ''
  lines.push(paint('dim', '─'.repeat(width + labelWidth), look), paint('bold', oneLine(name), look) + cnpj)
  say('Site', `${found.website} (confiança de ${Math.round(found.confidence * 100)} %)`)
  found.reasons.forEach(({ what, quote, url, points }, index) => {
    say(index === 0 ? 'Por que este' : '', `${what} (${points > 0 ? '+' : ''}${points})`)
    prove(quote, url)
  })
  claims('Descrição', [profile.description])
  claims('Setor', [profile.sector])
  claims('Vende para', [profile.business_model], (model) => buyers[model] ?? model)
  claims(
    'Oferece',
    profile.offerings.map(({ name: value, evidence }) => ({ value, evidence })),
  )
  claims('Segmentos', profile.segments)
  claims('Diferenciais', profile.differentiators)
  claims('Certificações', profile.certifications)
  claims('Marcas', profile.brands)
  claims('Clientes', profile.clients)
  claims('Fundada em', [profile.year_founded])
  claims('Tamanho', [profile.size_claimed])
  claims('Telefones', profile.contacts.phones, spokenPhone)
  claims('WhatsApp', profile.contacts.whatsapps, spokenPhone)
  claims('E-mails', profile.contacts.emails)
  claims('Endereço', profile.locations)
  claims('Redes sociais', profile.contacts.socials)
  say('Lido em', `${profile.pages.length} ${profile.pages.length === 1 ? 'página' : 'páginas'} do site`)
  return lines.join('\n')
}

const buyers: Record<string, string> = { B2B: 'empresas', B2C: 'consumidores', both: 'empresas e consumidores' }

const indent = ' '.repeat(labelWidth)

const spokenPhone = (number: string): string => parsePhoneNumberFromString(number)?.formatInternational() ?? number
