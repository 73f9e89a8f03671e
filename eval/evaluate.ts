import { setTimeout as delay } from 'node:timers/promises'
import type { DiscoveryResult } from '../src/kinds/discovery/discovery-result.ts'
import type { CompanyProfile } from '../src/kinds/profile/company-profile.ts'
import { type ApiClient, createApiClient } from '../src/main/demo/api-client.ts'
import type { JobView } from '../src/main/demo/company-progress.ts'
import type { WorldCompany, WorldOnDisk } from './read-world.ts'
import type { Evaluated } from './report.ts'
import { type Answer, outcomeOf, scoreProfile } from './score.ts'

/** More than a worker has slots, and few enough to be polled. */
const mostUnderWay = 100
const pollMs = 150

type Options = { wantsProfiles: boolean; signal: AbortSignal; onProgress(ended: number): void }

/**
 * Submits every company of a world by its CNPJ alone, waits for its discovery and its profile, and compares them with
 * the truth. `onProgress` hears how many have ended.
 * @throws Error when the API refuses, and the signal's reason.
 */
export async function evaluate(
  origin: string,
  { companies, sites }: WorldOnDisk,
  { wantsProfiles, signal, onProgress }: Options,
): Promise<Evaluated[]> {
  const api = createApiClient(origin, signal)
  const results: Evaluated[] = []
  const waiting = companies.entries()
  let ended = 0
  async function takeOn() {
    for (const [index, company] of waiting) {
      const discovery = await terminal(api, '/v2/scrape', { cnpj: company.cnpj, profile: wantsProfiles }, signal)
      const child = discovery.children.find(({ kind }) => kind === 'profile')
      const profile = child ? await untilTerminal(api, child.job_id, signal) : null
      const hasSite = company.site !== null && sites.has(company.site)
      results[index] = compare(company, hasSite, discovery, profile)
      onProgress(++ended)
    }
  }
  try {
    await Promise.all(Array.from({ length: mostUnderWay }, takeOn))
    return results
  } finally {
    await api.close()
  }
}

type Job = JobView & { terminal: boolean }

async function terminal(api: ApiClient, path: string, body: object, signal: AbortSignal): Promise<Job> {
  const { job_id: id } = await api.post<{ job_id: string }>(path, body)
  return untilTerminal(api, id, signal)
}

async function untilTerminal(api: ApiClient, id: string, signal: AbortSignal): Promise<Job> {
  for (;;) {
    const job = await api.get<Job>(`/jobs/${id}`)
    if (job.terminal) return job
    await delay(pollMs, undefined, { signal })
  }
}

function compare(company: WorldCompany, hasSite: boolean, discovery: Job, profile: Job | null): Evaluated {
  const result = discovery.status === 'completed' ? (discovery.result as DiscoveryResult) : null
  const answer: Answer = result ?? { status: 'failed', website: null }
  const outcome = outcomeOf(hasSite ? company.site : null, answer)
  const written = profile?.status === 'completed' ? (profile.result as CompanyProfile) : null
  const isScored = outcome === 'found right' && company.truth !== null && written !== null
  return {
    company,
    outcome,
    hasSite,
    result,
    error: errorOf(discovery),
    profile: isScored ? scoreProfile(written, company.truth!) : null,
    profileError: profile && errorOf(profile),
  }
}

const errorOf = ({ status, error }: JobView): string | null =>
  status === 'completed' || !error ? null : `${error.code}: ${error.message}`
