import { setTimeout as delay } from 'node:timers/promises'
import type { Bar } from '../commands/progress-bars.ts'
import { createApiClient } from './api-client.ts'
import { companyProgress, type JobView } from './company-progress.ts'

/** A company's jobs as they stand; `profile` once there is one. */
export type CompanyJobs = { name: string; bar: Bar; discovery: JobView; profile: JobView | undefined }

const pollMs = 150

/**
 * Submits companies by nothing but their CNPJ, as any caller would, and asks for their jobs until each has ended one way
 * or another. `onProgress` hears how all of them stand, after every round.
 * @throws Error when the API refuses, and the signal's reason.
 */
export async function followCompanies(
  origin: string,
  companies: readonly { name: string; cnpj: string }[],
  { signal, onProgress }: { signal: AbortSignal; onProgress(bars: Bar[]): void },
): Promise<CompanyJobs[]> {
  const api = createApiClient(origin, signal)

  async function look({ name, id }: { name: string; id: string }): Promise<CompanyJobs> {
    const discovery = await api.get<JobView>(`/jobs/${id}`)
    const child = discovery.children.find(({ kind }) => kind === 'profile')
    const profile = child && (await api.get<JobView>(`/jobs/${child.job_id}`))
    return { name, bar: companyProgress(name, discovery, profile), discovery, profile }
  }

  try {
    const jobs = await Promise.all(
      companies.map(async ({ name, cnpj }) => {
        const { job_id: id } = await api.post<{ job_id: string }>('/v2/scrape', { cnpj })
        return { name, id }
      }),
    )
    for (;;) {
      const followed = await Promise.all(jobs.map(look))
      onProgress(followed.map(({ bar }) => bar))
      if (followed.every(({ bar }) => bar.outcome !== 'pending')) return followed
      await delay(pollMs, undefined, { signal })
    }
  } finally {
    await api.close()
  }
}
