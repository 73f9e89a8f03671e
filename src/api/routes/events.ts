import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { withPatience } from '../../db/patience.ts'
import type { JobProgress } from '../../queue/job-watch.ts'
import type { Job } from '../../queue/look-up.ts'
import { onRevoked } from '../access/caller.ts'
import { isUuid, jobNotFound } from '../job/job-not-found.ts'
import type { JobReading } from '../job/job-reading.ts'
import { isAllTerminal, isTerminal } from '../job/job-view.ts'
import { followQuery } from '../job/wait-query.ts'
import { refusals } from '../openapi/problem-schema.ts'
import { originOf } from '../request/origin.ts'
import { parseQuery } from '../request/parse-query.ts'
import { mayBeSeenBy } from './job.ts'

/** Proxies close a connection that says nothing, some after 30 s. */
const defaultBeatMs = 15_000
/** A browser comes again after every end of a stream, and says with which event it ended; 204 tells it not to. */
const endId = 'end'
/** When a browser comes again after a broken connection. */
const retryMs = 2_000

/**
 * GET /jobs/{id}/events: server-sent events (HTML, "Server-sent events"), until the job has ended. Register it where no
 * other patience is in force.
 */
export function eventsRoute(
  app: OpenAPIHono,
  { reader, watch, answerWith, patienceMs }: JobReading,
  { beatMs = defaultBeatMs }: { beatMs?: number } = {},
): void {
  const route = createRoute({
    method: 'get',
    path: '/jobs/{id}/events',
    operationId: 'followJob',
    tags: ['Jobs'],
    summary: 'Server-sent events: `progress` whenever it changes, and `end` with the whole job',
    description:
      'The stream ends with the job, or when the key that it was asked for with is revoked; a comment every 15 s keeps proxies from closing it. A `GET` like any other: an `EventSource` cannot send a token, a `fetch` can.',
    request: { params: z.object({ id: z.uuid() }), query: followQuery },
    responses: {
      200: {
        description:
          '`progress`: `{ job_id, kind, status, terminal, progress, children }`. `end`: what `GET /jobs/{id}` answers. A comment every 15 s',
        content: { 'text/event-stream': { schema: z.string() } },
      },
      204: { description: 'To a browser that comes again after `end`, with its `Last-Event-ID`: it need not' },
      ...refusals('FIELD_INVALID', 'JOB_NOT_FOUND'),
    },
  })
  app.openAPIRegistry.registerPath(route)
  app.get('/jobs/:id/events', async (c) => {
    const id = c.req.param('id')
    if (!isUuid(id)) return jobNotFound(c, id)
    if (c.req.header('last-event-id') === endId) return c.body(null, 204)
    const parsed = parseQuery(c, followQuery)
    if ('refusal' in parsed) return parsed.refusal
    const [untilChildren, includeChildren] = [parsed.fields.until === 'children', parsed.fields.include === 'children']
    const isDone = untilChildren ? isAllTerminal : ({ status }: JobProgress) => isTerminal(status)
    const read = () => withPatience(reader.read(id, includeChildren), patienceMs)
    const job = await read()
    if (!job || !mayBeSeenBy(c)(job)) return jobNotFound(c, id)
    const origin = originOf(c)

    const headers = {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Nginx would keep events back until its buffer is full.
      'x-accel-buffering': 'no',
    }
    // Nobody would ever read, or close, the stream of a HEAD.
    if (c.req.method === 'HEAD') return c.body(null, 200, headers)
    const follow: Follow = ({ send, close }) => {
      let last = ''
      let isEnding = false
      const onProgress = (progress: JobProgress | undefined) => {
        if (!progress) return close()
        const view = JSON.stringify(progressView(progress))
        if (view !== last) send('progress', view)
        last = view
        if (isDone(progress) && !isEnding) void end()
      }
      /** What fails here is tried again when the watch tells of the job next. */
      const end = async () => {
        isEnding = true
        try {
          const ended = await read()
          const view = ended && (await answerWith(ended, { origin, untilChildren, includeChildren }))
          if (view) send('end', JSON.stringify(view), endId)
          close()
        } catch {
          isEnding = false
        }
      }
      onProgress(progressOf(job))
      const forgets = [watch.onProgress(job.id, onProgress), onRevoked(c, close)]
      return () => {
        for (const forget of forgets) forget()
      }
    }
    return c.body(streamOf(follow, beatMs), 200, headers)
  })
}

/** Returns what is to be called when nobody listens any more. */
type Follow = (to: { send(event: string, data: string, id?: string): void; close(): void }) => () => void

/** The events of `follow`, until it closes them or their reader goes away; then what it returned is called. */
function streamOf(follow: Follow, beatMs: number): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let stop = () => {}
  return new ReadableStream<Uint8Array>({
    start(controller) {
      let isOpen = true
      let unfollow = () => {}
      const write = (text: string) => {
        if (isOpen) controller.enqueue(encoder.encode(text))
      }
      const beat = setInterval(() => write(':\n\n'), beatMs)
      stop = () => {
        isOpen = false
        clearInterval(beat)
        unfollow()
      }
      const close = () => {
        if (!isOpen) return
        stop()
        controller.close()
      }
      write(`retry: ${retryMs}\n\n`)
      const send = (event: string, data: string, id?: string) =>
        write(`event: ${event}\n${id ? `id: ${id}\n` : ''}data: ${data}\n\n`)
      unfollow = follow({ send, close })
      if (!isOpen) unfollow()
    },
    cancel: () => stop(),
  })
}

const progressOf = ({ id, kind, status, progress, children }: Job): JobProgress => ({
  id,
  kind,
  status,
  progress,
  children: (children ?? []).map((child) => ({
    id: child.id,
    kind: child.kind,
    status: child.status,
    progress: 'progress' in child ? child.progress : null,
  })),
})

const progressView = ({ id, kind, status, progress, children }: JobProgress) => ({
  job_id: id,
  kind,
  status,
  terminal: isTerminal(status),
  progress,
  children: (children ?? []).map((child) => ({
    job_id: child.id,
    kind: child.kind,
    status: child.status,
    terminal: isTerminal(child.status),
    progress: child.progress,
  })),
})
