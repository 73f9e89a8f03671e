import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { problemBody } from './problem.ts'

type FetchCallback = Parameters<typeof getRequestListener>[0]

/** What a request without a Host header (HTTP/1.0, some health checks) is taken to be addressed to. */
const defaultHost = 'localhost'

/** An HTTP server for the app, not yet listening. What is not even a request gets an answer in JSON, too. */
export function createApiServer(app: { fetch: FetchCallback }): Server {
  const listener = getRequestListener(app.fetch, {
    hostname: defaultHost,
    errorHandler: (error) => {
      const reason = error instanceof Error ? error.message : String(error)
      const body = problemBody('REQUEST_MALFORMED', `O endereço ou o cabeçalho Host não é válido: ${reason}.`)
      return Response.json(body, { status: body.status, headers: { 'content-type': 'application/problem+json' } })
    },
  })
  return createServer(listener)
}
