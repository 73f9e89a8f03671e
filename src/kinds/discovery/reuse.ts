import { run } from '../../db/queries.ts'
import { pageKey, siteKey } from '../../site/page-key.ts'
import type { JobContext } from '../define-kind.ts'
import type { DiscoveryInput } from './discovery.ts'
import type { DiscoveryResult } from './discovery-result.ts'
import { plain } from './verdict/name-words.ts'
import type { Proof } from './verdict/verify.ts'

/** A stored answer that serves, and the profile that is stored with it, if it is as fresh and of the same website. */
export type Stored = { result: DiscoveryResult; discoveredAt: Date; profile: object | null }

const defaultMaxAgeDays = 30
/** These rest on the number, whatever else the request said. */
const ownNumber = new Set<Proof | null>(['cnpj', 'root'])
/** A profile of another form is written anew. */
const profileVersion = 2

/** What is stored of the company, if the request can be answered from it. */
export async function findStored(input: DiscoveryInput, { sql, services }: JobContext): Promise<Stored | undefined> {
  const { cnpj, max_age: maxAgeDays = defaultMaxAgeDays } = input
  if (!cnpj || maxAgeDays === 0) return undefined
  type Row = {
    discovery: DiscoveryResult
    discovered_at: Date
    profile: { schema_version?: number; website?: string } | null
  }
  const [row] = await run<Row>(sql, 'company_find_discovery', [cnpj, maxAgeDays])
  if (!row || !serves(row.discovery, input, { hasLlm: services.llm !== null })) return undefined
  const { website } = row.discovery
  const written = row.profile?.schema_version === profileVersion ? row.profile.website : undefined
  const isOfIt = website !== null && written !== undefined && siteKey(written) === siteKey(website)
  return { result: row.discovery, discoveredAt: row.discovered_at, profile: isOfIt ? row.profile : null }
}

/** A website that proved itself at some time, however long ago. `isNumber`: by the company's number or its root's. */
export type Former = { website: string; isNumber: boolean }

/** As long ago as anything can be, in days. */
const ever = 36_500

/**
 * The website that was proved to be the company's before, if any: it is read again, whatever else comes up. One that
 * rests on a caller's word or the model's is none.
 */
export async function findFormer({ cnpj }: DiscoveryInput, { sql }: JobContext): Promise<Former | null> {
  if (!cnpj) return null
  const [row] = await run<{ discovery: DiscoveryResult | null }>(sql, 'company_find_discovery', [cnpj, ever])
  const { website, proof, chosen_by, schema_version } = row?.discovery ?? {}
  if (schema_version !== 2 || !website || !proof || proof === 'given' || chosen_by !== 'evidence') return null
  return { website, isNumber: ownNumber.has(proof) }
}

/** Whether an address is a page of a website: on its host, and in its folder where it has one. */
const isWithin = (url: string, website: string): boolean => {
  const [page, home] = [pageKey(url), pageKey(website)]
  return page === home || page.startsWith(`${home}/`) || page.startsWith(`${home}?`)
}

/**
 * Whether an answer to an earlier request serves this one. Pure. A website that was found does, unless the request names
 * another, or what the earlier request said may have led there and this one does not say it. That none was found does only if nothing was missing then and the request says nothing that was not known.
 */
export function serves(stored: DiscoveryResult, input: DiscoveryInput, now: { hasLlm: boolean }): boolean {
  // What an older version of this program has stored has another form.
  if (stored.schema_version !== 2) return false
  if (stored.status === 'found') {
    const isOfRequest = !input.website || (stored.website !== null && isWithin(input.website, stored.website))
    return isOfRequest && (ownNumber.has(stored.proof) || saysAllThatLedTo(stored, input))
  }
  if (stored.warnings.some(({ code }) => code !== 'COMPANY_NOT_ACTIVE')) return false
  if (stored.status === 'ambiguous' && now.hasLlm && stored.llm === null) return false
  const known = new Set([...Object.values(stored.asked).map(plain), ...registered(stored)])
  return Object.values(askedWith(input)).every((said) => known.has(plain(said)))
}

/**
 * Whether a request says again what an earlier one said and the registry does not, and what may have led to its answer:
 * a caller's mistake is not everybody's. Another website than the one that was found has led nowhere.
 */
function saysAllThatLedTo(stored: DiscoveryResult, input: DiscoveryInput): boolean {
  const { website: given, ...said } = stored.asked
  const isItsOwn = given !== undefined && stored.website !== null && isWithin(given, stored.website)
  const known = new Set([...registered(stored), ...Object.values(askedWith(input)).map(plain)])
  return (!isItsOwn || input.website !== undefined) && Object.values(said).every((each) => known.has(plain(each)))
}

const registered = ({ registry }: DiscoveryResult): string[] =>
  [registry?.razao_social, registry?.nome_fantasia, registry?.municipio, registry?.uf].map((each) => plain(each ?? ''))

/** What a request says of the company besides its number. */
export function askedWith({
  razao_social,
  nome_fantasia,
  municipio,
  uf,
  website,
}: DiscoveryInput): Record<string, string> {
  const said = Object.entries({ razao_social, nome_fantasia, municipio, uf, website })
  return Object.fromEntries(said.filter((entry): entry is [string, string] => Boolean(entry[1])))
}
