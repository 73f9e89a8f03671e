import { parse } from 'tldts'
import { mailProviders } from '../../../extract/mail-providers.ts'
import { comparable } from '../text/comparable-text.ts'

/** Of public bodies, and of the makers of what sites are built with: none of a company that is not one of them. */
const publicSuffix = /(?:^|\.)(?:gov|jus|leg|mp|def|mil)\.br$/
const toolDomains = new Set(
  `yoast wordpress wix wixpress elementor woocommerce sentry onetrust cookiebot hotjar google
  facebook mailchimp rdstation hubspot cloudflare godaddy hostgator locaweb shopify nuvemshop tray vtex squarespace webflow`.split(
    /\s+/,
  ),
)
/** What stands right before a number or an address that is an authority's, or of whoever sees to data for many. */
const authority =
  /\b(?:procon|anpd|autoridade nacional|anatel|anvisa|aneel|anac|antt|ans|susep|bacen|banco central|ministerio|secretaria (?:de|da|do|municipal|estadual)|prefeitura|vigilancia sanitaria|ouvidoria d[ao] (?:sus|anatel|estado|municipio)|defesa do consumidor|conselho (?:regional|federal)|creci|disque(?: denuncia)?|samu|bombeiros|policia|defesa civil|correios|cvv|conar|reclame aqui|consumidor gov)\b[^.;|\n]{0,40}$/

/** Before a partner's number, or an address of whoever sees to data for the company. */
const somebodyElse =
  /\b(?:d[oa]s?|noss[oa]s?) (?:nosso |nossa )?(?:parceir[oa]s?|fornecedor(?:es)?|patrocinador(?:es)?)\b[^.;|\n]{0,40}$/
const dataOfficer = /\b(?:encarregad[oa]|dpo|protecao de dados|data protection|controlador)\b[^.;|\n]{0,60}$/

/**
 * Whether a telephone, an e-mail address or a CNPJ on a page is said to be an authority's, a tool's, a partner's or an
 * outside data officer's. `website` is the company's own.
 */
export function isOthersContact(value: string, quote: string, website: string): boolean {
  const own = parse(website)
  const label = comparable(before(value, quote))
  const domain = value.includes('@') ? parse(value.split('@')[1] ?? '') : undefined
  if (domain?.hostname) {
    if (domain.domain !== null && domain.domain === own.domain) return false
    if (publicSuffix.test(domain.hostname) && !publicSuffix.test(own.hostname ?? '')) return true
    if (toolDomains.has(domain.domainWithoutSuffix ?? '')) return true
    if (dataOfficer.test(label) && !mailProviders.has(domain.domain ?? '')) return true
  }
  return authority.test(label) || somebodyElse.test(label)
}

/** The words of a quote before its value, which may be written otherwise than it is known: "(11) 3232-4455". */
function before(value: string, quote: string): string {
  const at = quote.toLowerCase().indexOf(value)
  if (at !== -1) return quote.slice(0, at)
  const wanted = value.replace(/\D/g, '').slice(-8)
  const digits = [...quote.matchAll(/\d/g)]
  const found =
    wanted.length === 8
      ? digits
          .map(([digit]) => digit)
          .join('')
          .indexOf(wanted)
      : -1
  return found === -1 ? '' : quote.slice(0, digits[found]!.index).replace(/[\d()+\s./-]+$/, '')
}
