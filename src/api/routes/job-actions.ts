import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { cancel } from '../../queue/cancel.ts'
import { getJob } from '../../queue/look-up.ts'
import type { AppContext } from '../app.ts'
import { isUuid, jobNotFound } from '../job-not-found.ts'
import { jobView } from '../job-view.ts'
import { originOf } from '../origin.ts'

const anyJson = { 'application/json': { schema: z.looseObject({}) } }

/** POST /jobs/{id}/cancel. */
export function jobActionRoutes(app: OpenAPIHono, { pool }: AppContext): void {
  const stop = createRoute({
    method: 'post',
    path: '/jobs/{id}/cancel',
    summary: 'Cancels a job that is queued or running; one that has ended stays as it is',
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: { description: 'The job', content: anyJson } },
  })
  app.openapi(stop, async (c) => {
    const { id } = c.req.valid('param')
    if (!isUuid(id)) return jobNotFound(c, id) as never
    await cancel(pool, [id])
    const job = await getJob(pool, id)
    if (!job) return jobNotFound(c, id) as never
    return c.json(jobView(job, originOf(c)), 200)
  })
}
