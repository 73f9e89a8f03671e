import type { SiteFact, SiteFacts } from '../../../extract/site-facts.ts'
import type { Company } from '../company.ts'
import { areaCodeOf } from './brazilian-places.ts'
import type { Evidence, EvidenceKind } from './evidence-points.ts'

const agreeing: readonly EvidenceKind[] = ['phone', 'listedPhone', 'email', 'emailDomain', 'street', 'postalCode']

/**
 * What a site says of how and where to reach it that is not what the registry says, where nothing of it agrees: another
 * street without the postal code, telephones none of which is the registry's. A company may have moved; a namesake says the same.
 */
export function otherContacts(company: Company, facts: SiteFacts, contacts: readonly Evidence[]): Evidence[] {
  if (contacts.some(({ kind }) => agreeing.includes(kind))) return []
  const own = (list: readonly SiteFact[]) => list.filter(({ isElsewhere }) => !isElsewhere)
  const evidence: Evidence[] = []
  const [address] = own(facts.addresses)
  const [postalCode] = own(facts.postalCodes).filter(({ value }) => !value.endsWith('000'))
  const place =
    company.logradouro && address ? address : company.cep && !company.cep.endsWith('000') ? postalCode : undefined
  if (place) {
    const { url, quote } = place.places[0]!
    evidence.push({ kind: 'otherStreet', what: 'O endereço no site não é o do cadastro na Receita', url, quote })
  }
  const phones = [...own(facts.phones), ...own(facts.whatsapps)]
  // One telephone for the whole country is no shop's.
  const phone = phones.find(({ value }) => areaCodeOf(value)) ?? phones[0]
  if (company.phones.length > 0 && phone) {
    const { url, quote } = phone.places[0]!
    evidence.push({ kind: 'otherPhone', what: 'Nenhum telefone no site é o do cadastro na Receita', url, quote })
  }
  return evidence
}
