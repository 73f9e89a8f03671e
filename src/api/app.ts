import { OpenAPIHono } from '@hono/zod-openapi'
import type { CallbackHosts } from '../callback-hosts.ts'
import { isConnectionError, type Pool } from '../db/connect.ts'
import { withPatience } from '../db/patience.ts'
import type { AnyKind } from '../kinds/define-kind.ts'
import type { Log } from '../log.ts'
import { createFairShare } from '../queue/fair-share.ts'
import type { Hints } from '../queue/hints.ts'
import { validKeys } from './access/api-keys.ts'
import { type AuthOptions, auth } from './access/auth.ts'
import { allowOrigins } from './access/cors.ts'
import { createKeyRing } from './access/key-ring.ts'
import { createRateLimit } from './access/rate-limit.ts'
import type { BatchLimits } from './batch/intake/batch-limits.ts'
import { createJobReading } from './job/job-reading.ts'
import type { LlmSettings } from './llm-spending.ts'
import { problem } from './problem.ts'
import { batchActionRoutes } from './routes/batch-actions.ts'
import { batchReportRoute } from './routes/batch-report.ts'
import { batchResultsRoute } from './routes/batch-results.ts'
import { batchStatusRoute } from './routes/batch-status.ts'
import { batchesRoute } from './routes/batches.ts'
import { callbackRoutes } from './routes/callbacks.ts'
import { companyRoute } from './routes/companies.ts'
import { docsRoutes } from './routes/docs.ts'
import { eventsRoute } from './routes/events.ts'
import { healthRoutes } from './routes/health.ts'
import { jobRoute } from './routes/job.ts'
import { jobActionRoutes } from './routes/job-actions.ts'
import { jobsRoute } from './routes/jobs.ts'
import { metricsRoute } from './routes/metrics.ts'
import { queueRoutes } from './routes/queues.ts'
import { submitRoute } from './routes/submit.ts'

/** How long a request waits for a database that neither answers nor goes away. */
const defaultPatienceMs = 20_000

export type AppContext = {
  pool: Pool
  hints: Hints
  kinds: readonly AnyKind[]
  /** Absent: no LLM is configured. */
  llm?: LlmSettings | undefined
  log: Log
  /** Private hosts that callbacks may go to. */
  callbackHosts?: CallbackHosts
  patienceMs?: number
  /** What an upload of a list may hold; tests set less. */
  batchLimits?: BatchLimits
  /** Fires when the process stops: whoever waits for a job is then answered at once. */
  stopping?: AbortSignal
}

/** The whole HTTP API, without a socket: `app.request('/healthz')` works in a test. */
export function createApp(context: AppContext, authOptions: AuthOptions): OpenAPIHono {
  const { kinds, log } = context
  const app = new OpenAPIHono()

  app.onError((error, c) => {
    if (isConnectionError(error)) {
      log.warn({ path: c.req.path, error: error.message }, 'database not reached')
      const detail = 'O banco de dados não respondeu; nada se perdeu. Tente de novo em alguns segundos.'
      return problem(c, 'DATABASE_UNAVAILABLE', detail, { headers: { 'retry-after': '5' } })
    }
    log.error({ path: c.req.path, error: error.stack ?? error.message }, 'request failed')
    return problem(c, 'INTERNAL', 'Algo inesperado aconteceu; os detalhes estão no log do servidor.')
  })
  app.notFound((c) => {
    const methods = methodsOf(app, c.req.path)
    if (methods.length === 0 || methods.includes(c.req.method)) {
      return problem(c, 'ROUTE_NOT_FOUND', `Não há nada em ${c.req.path}. Os endereços estão em /docs.`)
    }
    const allow = methods.join(', ')
    if (c.req.method === 'OPTIONS') return c.body(null, 204, { allow })
    const detail = `${c.req.path} aceita ${allow}; a requisição veio como ${c.req.method}.`
    return problem(c, 'METHOD_NOT_ALLOWED', detail, { headers: { allow } })
  })

  if (authOptions.corsOrigins?.length) app.use(allowOrigins(authOptions.corsOrigins))
  app.use(async (c, next) => {
    await next()
    // A kept connection would keep the server from closing.
    if (context.stopping?.aborted) c.header('Connection', 'close')
  })
  healthRoutes(app, context)
  docsRoutes(app)
  const keys = createKeyRing(() => validKeys(context.pool))
  app.use(auth(authOptions, keys, createRateLimit()))
  const patienceMs = context.patienceMs ?? defaultPatienceMs
  const reading = createJobReading(context, patienceMs)
  const share = createFairShare(context.pool)
  // Those who wait for a job have a patience of their own.
  jobRoute(app, reading)
  eventsRoute(app, reading)
  batchStatusRoute(app, context, patienceMs)
  // So does an upload.
  batchesRoute(app, context, share)
  app.use((_c, next) => withPatience(next(), patienceMs))
  for (const kind of kinds) {
    submitRoute(app, kind, context, reading, share)
    metricsRoute(app, kind, context)
  }
  jobsRoute(app, context, reading)
  companyRoute(app, context)
  jobActionRoutes(app, context, reading, share)
  callbackRoutes(app, context)
  batchReportRoute(app, context)
  batchResultsRoute(app, context, patienceMs)
  batchActionRoutes(app, context, share)
  queueRoutes(app, context)
  return app
}

/** Which methods an address takes; none at all when there is no such address. */
function methodsOf(app: OpenAPIHono, path: string): string[] {
  const fits = ({ path: pattern }: { path: string }) => {
    const parts = pattern.split('/')
    const given = path.split('/')
    return (
      parts.length === given.length && parts.every((part, n) => (part.startsWith(':') ? given[n] : part === given[n]))
    )
  }
  const routes = app.routes.filter((route) => route.method !== 'ALL' && fits(route))
  return [...new Set(routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))]
}
