import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Received = { method: string; url: string; headers: IncomingHttpHeaders; body: string }

/** `hang`: it never answers. */
export type Answer = number | 'hang' | ((response: ServerResponse) => void)

export type Receiver = {
  port: number
  /** What has come so far. */
  received: Received[]
  close(): Promise<void>
}

const open = new Set<Server>()

/** A receiver of callbacks on loopback, which answers as it is told, one after the other; the last answer stays. */
export async function startReceiver(answers: readonly Answer[]): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const answer = answers[Math.min(received.length, answers.length - 1)]!
    received.push({ method: request.method!, url: request.url!, headers: request.headers, body })
    if (typeof answer === 'function') answer(response)
    else if (answer !== 'hang') response.writeHead(answer).end('ok')
  })
  open.add(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => closeServer(server)
  return { port: (server.address() as AddressInfo).port, received, close }
}

/** Ends all that were started. */
export async function closeReceivers(): Promise<void> {
  await Promise.all([...open].map(closeServer))
}

async function closeServer(server: Server): Promise<void> {
  open.delete(server)
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
