import { OpenAPIHono } from '@hono/zod-openapi'
import { isConnectionError, type Pool } from '../db/connect.ts'
import { withPatience } from '../db/patience.ts'
import type { AnyKind } from '../kinds/define-kind.ts'
import type { Log } from '../log.ts'
import type { Hints } from '../queue/hints.ts'
import { type AuthOptions, auth } from './auth.ts'
import type { LlmSettings } from './llm-spending.ts'
import { problem } from './problem.ts'
import { healthRoutes } from './routes/health.ts'
import { jobActionRoutes } from './routes/job-actions.ts'
import { jobRoutes } from './routes/jobs.ts'
import { metricsRoute } from './routes/metrics.ts'
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
  patienceMs?: number
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
    if (methods.length === 0) {
      return problem(c, 'ROUTE_NOT_FOUND', `Não há nada em ${c.req.path}. Os endereços estão no README.`)
    }
    const allow = methods.join(', ')
    if (c.req.method === 'OPTIONS') return c.body(null, 204, { allow })
    const detail = `${c.req.path} aceita ${allow}; a requisição veio como ${c.req.method}.`
    return problem(c, 'METHOD_NOT_ALLOWED', detail, { headers: { allow } })
  })

  healthRoutes(app, context)
  app.use(auth(authOptions))
  app.use((_c, next) => withPatience(next(), context.patienceMs ?? defaultPatienceMs))
  for (const kind of kinds) {
    submitRoute(app, kind, context)
    metricsRoute(app, kind, context)
  }
  jobRoutes(app, context)
  jobActionRoutes(app, context)
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
