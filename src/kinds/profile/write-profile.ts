import { formatCnpj } from '../../cnpj/number.ts'
import { run } from '../../db/queries.ts'
import { Failure } from '../../errors.ts'
import { getJob, ownersUsableBy } from '../../queue/look-up.ts'
import { storableJson } from '../../queue/storable.ts'
import type { Handler, JobContext } from '../define-kind.ts'
import { loadPages, type StoredPage, storePages } from '../stored-pages.ts'
import { companyProfile } from './company-profile.ts'
import { extractiveProfile } from './extractive/extractive-profile.ts'
import { llmProfile } from './model/llm-profile.ts'
import type { ProfileInput } from './profile.ts'
import { readSiteText } from './text/site-text.ts'

const askAgainMs = 5_000

/** Pages, read before or now; then the facts that code finds; then, where there is a model, what it can prove. */
export const writeProfile: Handler<ProfileInput> = async (input, context) => {
  context.progress({ stage: 'pages', percent: 5, message: 'Buscando as páginas do site' })
  const { cnpj, website } = await findWebsite(input, context)
  const pages = await pagesOf(website, context)

  const { llm, profileLanguage: language } = context.services
  const { signal, jobId } = context
  context.progress({ stage: 'writing', percent: 60, message: llm ? 'Escrevendo o perfil' : 'Extraindo o perfil' })
  const site = await readSiteText(pages, signal)
  const extractive = await extractiveProfile(pages, site, { cnpj, website, language, signal })
  const written = llm ? await llmProfile(site, extractive, { llm, signal, jobId }) : extractive
  // A claim without evidence fails here, and is never stored.
  const profile = companyProfile.parse(written)
  return {
    result: profile,
    async write(tx) {
      if (cnpj) await run(tx, 'company_store_profile', [cnpj, website, storableJson(profile)])
      return []
    },
  }
}

async function findWebsite(
  { cnpj, website, job_id }: ProfileInput,
  { sql, owner }: JobContext,
): Promise<{ cnpj: string | null; website: string }> {
  if (website) return { cnpj: cnpj ?? null, website }
  if (job_id) {
    const job = await getJob(sql, job_id, ownersUsableBy(owner))
    if (job?.kind !== 'discovery') throw new Failure('NO_WEBSITE', `${job_id} não é um job de descoberta.`)
    if (job.status === 'queued' || job.status === 'running') {
      throw new Failure('DISCOVERY_PENDING', undefined, { retryAfterMs: askAgainMs })
    }
    const found = (job.result as { website?: string | null } | null)?.website
    const jobCnpj = typeof job.input.cnpj === 'string' ? job.input.cnpj : null
    if (cnpj && jobCnpj && cnpj !== jobCnpj) {
      throw new Failure(
        'INPUT_INVALID',
        `O job ${job_id} é do CNPJ ${formatCnpj(jobCnpj)}, não de ${formatCnpj(cnpj)}.`,
      )
    }
    if (found) return { cnpj: jobCnpj ?? cnpj ?? null, website: found }
    throw new Failure('NO_WEBSITE', `A descoberta ${job_id} não encontrou um site.`)
  }
  const [company] = await run<{ website: string | null }>(sql, 'company_find', [cnpj!])
  if (company?.website) return { cnpj: cnpj!, website: company.website }
  throw new Failure('NO_WEBSITE')
}

/** The pages are stored before anything is made of them: a later try does not read the site again. */
async function pagesOf(website: string, { sql, services, signal, progress }: JobContext): Promise<StoredPage[]> {
  const stored = await loadPages(sql, website)
  if (stored.length > 0) return stored
  const reading = await services.site.readSite(website, {
    ...services.crawl,
    signal,
    onProgress({ pagesRead, pagesPlanned }) {
      const percent = Math.round(10 + (45 * pagesRead) / Math.max(1, pagesPlanned))
      progress({ stage: 'pages', percent, message: `Lendo o site: página ${pagesRead} de ${pagesPlanned}` })
    },
  })
  await sql.begin((tx) => storePages(tx, reading.homeUrl, reading.pages))
  return reading.pages
}
