import { formatCnpj } from '../src/cnpj/number.ts'
import type { DiscoveryResult } from '../src/kinds/discovery/discovery-result.ts'
import type { WorldCompany } from './read-world.ts'
import { type Compared, type Outcome, outcomes, type ProfileScore, type Quality } from './score.ts'

/** A company's outcome with what led to it. `result` is null for a job without one, and `error` says why. */
export type Evaluated = {
  company: WorldCompany
  outcome: Outcome
  hasSite: boolean
  result: DiscoveryResult | null
  error: string | null
  /** Only of the right website, where the truth is known. */
  profile: ProfileScore | null
  /** Why there is no profile, where there should be one. */
  profileError: string | null
}

const right: readonly Outcome[] = ['found right', 'none right']
const contacts = ['cnpjs', 'phones', 'emails'] as const

/** What came out wrong, company by company, with the reasons of every candidate that was read. */
export const wrongLines = (all: readonly Evaluated[]): string[] =>
  all.filter(({ outcome }) => !right.includes(outcome)).flatMap((each) => [wrongLine(each), ...candidateLines(each)])

function wrongLine({ company, outcome, hasSite, result, error }: Evaluated): string {
  const wanted = hasSite ? `http://${company.site}.test/` : 'none'
  const answer = result?.website ?? result?.why_none ?? error ?? ''
  const about = company.case ? ` [${company.case}]` : ''
  return `${outcome.toUpperCase()}  ${nameOf(company)}${about}: wanted ${wanted}; ${answer}`
}

const candidateLines = ({ result }: Evaluated): string[] =>
  (result?.candidates ?? [])
    .filter(({ verdict }) => verdict !== 'ruled_out')
    .flatMap(({ url, verdict, score, why, reasons }) => [
      `    ${url}  ${verdict}${score === null ? '' : ` ${score}`}: ${why}`,
      ...reasons.map(({ points, what, quote }) => `      ${signed(points)} ${what} “${oneLine(quote)}”`),
    ])

/** Where profiles differ from what a person reads, or could not be written. */
export const profileLines = (all: readonly Evaluated[]): string[] =>
  all.flatMap(({ company, profile, profileError }) => [
    ...(profileError === null ? [] : [`${nameOf(company)}: no profile: ${profileError}`]),
    ...contacts.flatMap((kind) =>
      profile === null
        ? []
        : [
            ...differences(company, kind, 'missing', profile[kind]),
            ...differences(company, kind, 'invented', profile[kind]),
          ],
    ),
  ])

const differences = (
  company: WorldCompany,
  kind: string,
  what: 'missing' | 'invented',
  compared: Compared,
): string[] =>
  compared[what].length === 0 ? [] : [`${nameOf(company)}: ${kind} ${what}: ${compared[what].join(', ')}`]

/** The outcomes as a table, with precision and recall. */
export function qualityTable({ counts, precision, recall }: Quality): string {
  const cells = outcomes.map((outcome) => String(counts[outcome]).padEnd(outcome.length))
  return [
    outcomes.join('  '),
    cells.join('  ').trimEnd(),
    '',
    `precision ${share(precision)}   recall ${share(recall)}`,
  ].join('\n')
}

/** What profiles have right, lack and invent, over all companies with a truth; null if there was no profile. */
export function profileTable(all: readonly Evaluated[]): string | null {
  const profiles = all.flatMap(({ profile }) => profile ?? [])
  if (profiles.length === 0) return null
  const count = (kind: keyof ProfileScore, what: 'right' | 'missing') =>
    profiles.reduce((sum, profile) => sum + profile[kind][what].length, 0)
  const invented = (kind: (typeof contacts)[number]) =>
    profiles.reduce((sum, profile) => sum + profile[kind].invented.length, 0)
  const row = (cells: (string | number)[]) =>
    cells
      .map((cell) => String(cell).padEnd(10))
      .join('')
      .trimEnd()
  return [
    `${profiles.length} profiles`,
    row(['', 'right', 'missing', 'invented']),
    ...contacts.map((kind) => row([kind, count(kind, 'right'), count(kind, 'missing'), invented(kind)])),
    row(['offerings', count('offerings', 'right'), count('offerings', 'missing'), '-']),
  ].join('\n')
}

const nameOf = ({ nome_fantasia, razao_social, cnpj }: WorldCompany): string =>
  `${nome_fantasia || razao_social} (${formatCnpj(cnpj)})`
const share = (value: number | null): string => (value === null ? '-' : `${(value * 100).toFixed(1)} %`)
const signed = (points: number): string => (points > 0 ? `+${points}` : String(points))
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 100)
