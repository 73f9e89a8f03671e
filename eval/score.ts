import { plain } from '../src/kinds/discovery/verdict/name-words.ts'
import type { CompanyProfile } from '../src/kinds/profile/company-profile.ts'
import type { Truth } from './read-world.ts'

/** How a discovery ended; `failed` is a job without a result. */
export type Answer = { status: 'found' | 'none' | 'ambiguous' | 'failed'; website: string | null }

export const outcomes = ['found right', 'found wrong', 'none right', 'none wrong', 'ambiguous', 'failed'] as const
export type Outcome = (typeof outcomes)[number]

export type Quality = {
  counts: Record<Outcome, number>
  /** Of the websites named, the share that is right; null when none was named. */
  precision: number | null
  /** Of the companies with a website, the share whose website was named; null when none has one. */
  recall: number | null
}

/**
 * How an answer stands to the truth. `site` is the host's first label, null for a company without a website that can be
 * read. Saying `none` is wrong only if there is one; naming another company's is wrong always.
 */
export function outcomeOf(site: string | null, { status, website }: Answer): Outcome {
  if (status === 'failed' || status === 'ambiguous') return status
  if (status === 'none') return site === null ? 'none right' : 'none wrong'
  const host = website === null ? undefined : URL.parse(website)?.hostname.replace(/^www\./, '')
  return site !== null && host === `${site}.test` ? 'found right' : 'found wrong'
}

/** What the outcomes come to. `hasSite`: there is a website to find. */
export function qualityOf(results: readonly { outcome: Outcome; hasSite: boolean }[]): Quality {
  const count = (outcome: Outcome) => results.filter((result) => result.outcome === outcome).length
  const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, count(outcome)])) as Quality['counts']
  const named = counts['found right'] + counts['found wrong']
  const toFind = results.filter(({ hasSite }) => hasSite).length
  return {
    counts,
    precision: named === 0 ? null : counts['found right'] / named,
    recall: toFind === 0 ? null : counts['found right'] / toFind,
  }
}

/** Whether the world may be called passed: nothing wrong was found, and every discovery ended with an answer. */
export const isPassed = ({ counts }: Quality): boolean => counts['found wrong'] === 0 && counts.failed === 0

export type Compared = { right: string[]; missing: string[]; invented: string[] }
export type ProfileScore = Record<'cnpjs' | 'phones' | 'emails', Compared> & {
  /** Of the truth's words for what the company sells; nothing can be invented here, since the list is not complete. */
  offerings: Pick<Compared, 'right' | 'missing'>
}

type ProfileFacts = Pick<CompanyProfile, 'cnpjs' | 'contacts' | 'offerings' | 'description' | 'sector'>

/** A profile's facts beside those that a person reads on the site. A telephone counts once, whatever it is used for. */
export function scoreProfile(
  { cnpjs, contacts, offerings: offered, description, sector }: ProfileFacts,
  truth: Truth,
): ProfileScore {
  const values = (claims: readonly { value: string }[]) => claims.map(({ value }) => value)
  const said = offered.flatMap(({ name, description }) => [name, description])
  const text = plain([...said, description?.value, sector?.value].filter(Boolean).join('\n'))
  const offerings = truth.offerings ?? []
  return {
    cnpjs: compare(values(cnpjs), truth.cnpj ? [truth.cnpj] : []),
    phones: compare([...values(contacts.phones), ...values(contacts.whatsapps)], truth.phones ?? []),
    emails: compare(values(contacts.emails), truth.emails ?? []),
    offerings: {
      right: offerings.filter((words) => text.includes(plain(words))),
      missing: offerings.filter((words) => !text.includes(plain(words))),
    },
  }
}

function compare(found: readonly string[], wanted: readonly string[]): Compared {
  const distinct = [...new Set(found)]
  return {
    right: wanted.filter((value) => distinct.includes(value)),
    missing: wanted.filter((value) => !distinct.includes(value)),
    invented: distinct.filter((value) => !wanted.includes(value)),
  }
}
