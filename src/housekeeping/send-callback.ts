import { createHmac } from 'node:crypto'
import type { LookupAddress } from 'node:dns'
import { bareHost, type CallbackHosts, isAllowedHost } from '../callback-hosts.ts'
import { Failure } from '../errors.ts'
import { whyNotSent } from './why-not-sent.ts'

export type CallbackOptions = {
  /** CALLBACK_ALLOW_HOSTS: these may be private, and at any port. */
  allowHosts: CallbackHosts
  /** CALLBACK_SECRET; each signs. None: nothing is signed. */
  secrets: readonly string[]
  userAgent: string
  /** Of a whole try. */
  timeoutMs?: number
  /** All addresses of a name; the system's resolver if not given. */
  resolve?: ((host: string) => Promise<LookupAddress[]>) | undefined
}

/** What came of a try. `error` is a Portuguese sentence; `isGone`: the receiver wants no more of them (410). */
export type Sent =
  | { isDelivered: true; httpStatus: number }
  | { isDelivered: false; httpStatus: number | null; error: string; isGone: boolean }

export type SendCallback = (message: {
  /** The receiver's `webhook-id`. */
  id: string
  url: string
  body: string
  signal?: AbortSignal | undefined
}) => Promise<Sent>

/** A try is over after so long. */
const usualTimeoutMs = 15_000
/** So much of an answer is read, so that the receiver can finish sending it, and dropped. */
const mostAnswerBytes = 64 * 1024

/** What a host that the operator has named may resolve to, besides public addresses. The gate leaves clouds' metadata out. */
const privateCidrs = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '::1/128',
  'fc00::/7',
]

/**
 * Builds the one function that sends a callback: a POST through the egress gate, signed as Standard Webhooks
 * (https://www.standardwebhooks.com). Redirects are not followed. It never throws.
 *
 * The gate is loaded at the first callback, since it is half of an HTTP client that the API has no other use for.
 */
export function createSendCallback({
  allowHosts,
  secrets,
  userAgent,
  timeoutMs = usualTimeoutMs,
  resolve,
}: CallbackOptions): SendCallback {
  const keys = secrets.map((secret) => Buffer.from(secret.slice('whsec_'.length), 'base64'))

  return async ({ id, url: text, body, signal }) => {
    const url = URL.parse(text)
    if (!url) return failed(null, 'O endereço não é uma URL.')
    const isAllowed = isAllowedHost(url, allowHosts)
    const host = bareHost(url)
    const [{ createEgress }, { networkCodeOf }] = await Promise.all([
      import('../site/fetch/egress.ts'),
      import('../site/fetch/network-failure.ts'),
    ])
    const timeout = AbortSignal.timeout(timeoutMs)
    // Made for the one try: connections are not kept, and what an allowed host may do is its alone.
    const egress = createEgress({
      allowCidrs: isAllowed ? privateCidrs : [],
      connectTo: isAllowed ? [{ host, address: host, port: portOf(url) }] : [],
      connectTimeoutMs: timeoutMs,
      ...(resolve && { resolve }),
    })
    try {
      if (!isAllowed) egress.checkUrl(url)
      const timestamp = Math.floor(Date.now() / 1000)
      const { statusCode, body: answer } = await egress.dispatcher.request({
        origin: url.origin,
        path: pathOf(url, text),
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': userAgent,
          'webhook-id': id,
          'webhook-timestamp': String(timestamp),
          ...(keys.length > 0 && { 'webhook-signature': keys.map((key) => sign(key, id, timestamp, body)).join(' ') }),
        },
        body,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      })
      await answer.dump({ limit: mostAnswerBytes }).catch(() => {})
      return sentOf(statusCode)
    } catch (error) {
      if (signal?.aborted) return failed(null, 'O servidor parou durante a tentativa.')
      if (timeout.aborted) return failed(null, `O destino não respondeu em ${timeoutMs / 1000} s.`)
      const isBlocked = error instanceof Failure && error.code === 'SITE_BLOCKED'
      return failed(
        null,
        isBlocked
          ? // What a name resolves to within a private network is not told to whoever asks.
            'O endereço não é público ou usa uma porta que não é 80 nem 443; quem opera o servidor pode liberá-lo em CALLBACK_ALLOW_HOSTS.'
          : whyNotSent(error, networkCodeOf(error)),
      )
    } finally {
      await egress.close().catch(() => {})
    }
  }
}

function sentOf(status: number): Sent {
  if (status >= 200 && status < 300) return { isDelivered: true, httpStatus: status }
  if (status === 410)
    return { ...failed(status, 'O destino respondeu 410: não quer mais este callback.'), isGone: true }
  const isRedirect = status >= 300 && status < 400
  return failed(
    status,
    isRedirect
      ? `O destino respondeu ${status}, um redirecionamento, que não é seguido; dê o endereço final.`
      : `O destino respondeu ${status}.`,
  )
}

const failed = (httpStatus: number | null, error: string) =>
  ({ isDelivered: false, httpStatus, error, isGone: false }) as const satisfies Sent

/** https://github.com/standard-webhooks/standard-webhooks: `v1,` and the HMAC of `id.timestamp.body`. */
const sign = (key: Buffer, id: string, timestamp: number, body: string) =>
  `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`

const portOf = (url: URL) => Number(url.port || (url.protocol === 'https:' ? 443 : 80))

/** The query goes as it came, byte for byte: it may be signed, and a URL's parser writes some of its characters anew. */
const pathOf = (url: URL, text: string) => `${url.pathname}${/^[^#]*?(\?[^#]*)/.exec(text)?.[1] ?? ''}`
