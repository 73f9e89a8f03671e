import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AnyKind } from '../../kinds/define-kind.ts'
import { enqueue } from '../../queue/enqueue.ts'
import type { AppContext } from '../app.ts'
import { originOf } from '../origin.ts'

const accepted = z.object({
  job_id: z.uuid(),
  kind: z.string(),
  status: z.string(),
  terminal: z.boolean(),
  status_url: z.string(),
  poll_after_seconds: z.number(),
  deduplicated: z.boolean(),
})

/** POST {kind.path}: enqueues one job and answers 202 at once. A live job for the same company is answered instead. */
export function submitRoute(app: OpenAPIHono, kind: AnyKind, { pool, hints }: AppContext): void {
  const route = createRoute({
    method: 'post',
    path: kind.path,
    summary: kind.summary,
    request: {
      body: { required: true, content: { 'application/json': { schema: kind.input, example: kind.example } } },
    },
    responses: {
      202: { description: 'Accepted', content: { 'application/json': { schema: accepted } } },
    },
  })
  app.openapi(route, async (c) => {
    const { id, deduplicated } = await enqueue(pool, kind, c.req.valid('json'))
    if (!deduplicated) hints.send(kind.name)
    const status_url = `${originOf(c)}/jobs/${id}`
    const poll_after_seconds = 2
    c.header('Location', status_url)
    c.header('Retry-After', String(poll_after_seconds))
    const answer = { job_id: id, kind: kind.name, status: 'queued', terminal: false, status_url }
    return c.json({ ...answer, poll_after_seconds, deduplicated }, 202)
  })
}
