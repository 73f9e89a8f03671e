import { setTimeout as delay } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { companyProgress, type JobView } from './company-progress.ts'
import type { Bar } from './progress-bars.ts'

/** A company's jobs as they stand; `profile` once there is one. */
export type CompanyJobs = { name: string; bar: Bar; discovery: JobView; profile: JobView | undefined }

const pollMs = 150

const hasEnded = ({ bar }: CompanyJobs): boolean => bar.outcome !== 'pending'

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
  // An agent of our own: the shared one may be set to go through the user's proxy.
  const dispatcher = new Agent()

  async function ask<Answer>(path: string, body?: object): Promise<Answer> {
    const response = await request(`${origin}${path}`, {
      dispatcher,
      signal,
      ...(body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const text = await response.body.text()
    if (response.statusCode >= 300) throw new Error(`${path} respondeu ${response.statusCode}: ${text.slice(0, 200)}`)
    return JSON.parse(text)
  }

  async function look({ name, id }: { name: string; id: string }): Promise<CompanyJobs> {
    const discovery = await ask<JobView>(`/jobs/${id}`)
    const child = discovery.children.find(({ kind }) => kind === 'profile')
    const profile = child && (await ask<JobView>(`/jobs/${child.job_id}`))
    return { name, bar: companyProgress(name, discovery, profile), discovery, profile }
  }

  try {
    const jobs = await Promise.all(
      companies.map(async ({ name, cnpj }) => {
        const { job_id: id } = await ask<{ job_id: string }>('/v2/scrape', { cnpj })
        return { name, id }
      }),
    )
    let followed = await Promise.all(jobs.map(look))
    for (;;) {
      onProgress(followed.map(({ bar }) => bar))
      if (followed.every(hasEnded)) return followed
      await delay(pollMs, undefined, { signal })
      followed = await Promise.all(followed.map((one, index) => (hasEnded(one) ? one : look(jobs[index]!))))
    }
  } finally {
    await dispatcher.destroy()
  }
}
