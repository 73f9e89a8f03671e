import { parse } from 'tldts'
import type { Company } from '../company.ts'
import { nameInLabel, plain } from './name-words.ts'

/** What guides, booking engines and shop builders call themselves: one subdomain a company is what they offer. */
const landlords =
  /(?<!a)guia|(?<!pau)lista|telefon|catalogo|reserva|booking|hote(?:l|is)|cardapio|menu|delivery|pedid|agenda|vitrine|empresas|negocios|paginas?|sites?|lojas?|shop|online|locais|cidades?|app$|^meu|^minha/

/**
 * Whose domain a company's subdomain is on: `landlord`, if the domain is called like a service for many; `other`, if it is
 * somebody's whose name is not the company's; null where it is the company's own, or the subdomain does not bear its name.
 */
export function tenancyOf({ names, municipio, uf }: Company, homeUrl: string): 'landlord' | 'other' | null {
  const { subdomain, domainWithoutSuffix } = parse(homeUrl, { allowPrivateDomains: true })
  const label = (subdomain ?? '').replace(/^www\.|^www$/, '').replace(/\./g, '')
  if (!label || !domainWithoutSuffix) return null
  const bears = (text: string) => names.some((name) => nameInLabel(text, name, { municipio, uf }) !== null)
  if (bears(domainWithoutSuffix) || !bears(label)) return null
  return landlords.test(plain(domainWithoutSuffix)) ? 'landlord' : 'other'
}
