import { createServer, type RequestListener, type Server, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { type ProblemCode, problemBody } from './problem.ts'

type FetchCallback = Parameters<typeof getRequestListener>[0]

/** What a request without a Host header (HTTP/1.0, some health checks) is taken to be addressed to. */
const defaultHost = 'localhost'

/** An HTTP server for the app, not yet listening. What is not even a request gets an answer in JSON, too. */
export function createApiServer(app: { fetch: FetchCallback }): Server {
  const answer = getRequestListener(app.fetch, {
    hostname: defaultHost,
    errorHandler: () => {
      const body = problemBody('REQUEST_MALFORMED', 'O endereço ou o cabeçalho Host não é válido.')
      return Response.json(body, { status: body.status, headers: { 'content-type': 'application/problem+json' } })
    },
  })
  const listener: RequestListener = (request, response) => {
    if (request.httpVersion !== '1.1' || request.headers.host !== undefined) {
      // The addresses in its answer are then those by which it came.
      request.headers.host ||= `${defaultHost}:${request.socket.localPort}`
      return void answer(request, response)
    }
    const refusal = problemBody('REQUEST_MALFORMED', 'Falta o cabeçalho Host, que o HTTP/1.1 exige.')
    const body = JSON.stringify(refusal)
    response.writeHead(refusal.status, {
      'content-type': 'application/problem+json',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    })
    response.end(body)
  }
  // Node would refuse a request without a Host (RFC 9112, 3.2) with an empty answer.
  const server = createServer({ requireHostHeader: false }, listener)
  // An expectation that nobody knows (RFC 9110, 10.1.1): Node would refuse it without a body.
  server.on('checkExpectation', listener)
  // Nobody's proxy (RFC 9110, 9.3.6). Node would close the connection without a word.
  server.on('connect', (_request, socket) => refuse(new Error('CONNECT'), socket as Socket))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(error, socket as Socket))
  return server
}

/** By the codes of Node's parser, and of its time-outs for headers and body. */
const refusals: Record<string, { code: ProblemCode; detail: string }> = {
  HPE_HEADER_OVERFLOW: {
    code: 'HEADERS_TOO_LARGE',
    detail: 'O endereço e os cabeçalhos juntos podem ter no máximo 16 KiB.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    code: 'REQUEST_TIMEOUT',
    detail: 'A requisição não chegou inteira a tempo. Envie-a de novo.',
  },
}
const notHttp = {
  code: 'REQUEST_MALFORMED',
  detail:
    'O que chegou não é HTTP/1.1 válido, ou não é um método daqui. Confira o método e o endereço: nele, espaços e acentos vêm codificados (%20, %C3%A9).',
} as const

/** Answers what the parser could not read as a request, unless an answer is on its way there already. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  const { _httpMessage: answering } = socket as Socket & { _httpMessage?: { headersSent: boolean } }
  if (error.code === 'ECONNRESET' || !socket.writable || answering?.headersSent) return void socket.destroy(error)
  const { code, detail } = refusals[error.code ?? ''] ?? notHttp
  const answer = problemBody(code, detail)
  const body = JSON.stringify(answer)
  socket.end(
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
