import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { isIP, type Socket } from 'node:net'
import { Agent, buildConnector } from 'undici'
import { createAddressTest } from '../../allowed-address.ts'
import type { ConnectTo } from '../../config.ts'
import { Failure } from '../../errors.ts'
import { toSiteFailure } from './network-failure.ts'

export type Egress = {
  /** Connects only to what the gate allows; give it to every request. */
  dispatcher: Agent
  /** @throws Failure `SITE_BLOCKED` if the URL alone shows that it may not be reached. */
  checkUrl(url: URL): void
  isAllowedAddress(address: string): boolean
  /**
   * Opens a bare TCP connection through the same gate, for what does not speak through `dispatcher`. The host may be in
   * any notation that a URL may have; it is read as a URL's host is.
   * @throws Failure `SITE_BLOCKED`, `SITE_UNREACHABLE`; the signal's reason, as it is.
   */
  connect(host: string, port: number, options?: { signal?: AbortSignal | undefined }): Promise<Socket>
  close(): Promise<void>
}

export type EgressOptions = {
  /** Ranges that may be reached besides what is globally routable, such as `10.0.0.0/8`. */
  allowCidrs: string[]
  /** Where a host really is, as curl's `--connect-to`; the address must still pass the gate. */
  connectTo: ConnectTo[]
  connectTimeoutMs?: number
  /** All addresses of a name; the system's resolver if not given. */
  resolve?: (host: string) => Promise<LookupAddress[]>
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void

// A connection attempt to one of several addresses gives way to the next one after this long.
const attemptTimeoutMs = 2_500
const maxHeaderBytes = 64 * 1024

/**
 * The one gate to the internet: http and https, ports 80 and 443, and addresses that are globally routable.
 * A name is resolved here, once for each connection, and the socket is opened to the addresses that were checked,
 * so that a second answer of the DNS changes nothing.
 */
export function createEgress({
  allowCidrs,
  connectTo,
  connectTimeoutMs = 10_000,
  resolve = resolveAll,
}: EgressOptions): Egress {
  const isAllowedAddress = createAddressTest(allowCidrs)

  async function allowedAddresses(host: string): Promise<LookupAddress[]> {
    const addresses = await resolve(host)
    const allowed = addresses.filter(({ address }) => isAllowedAddress(address))
    if (allowed.length === 0) throw blocked(host, `it resolves to ${addresses[0]?.address ?? 'no address'}`)
    return allowed
  }

  const openSocket = buildConnector({
    allowH2: false,
    timeout: connectTimeoutMs,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: attemptTimeoutMs,
    lookup: (host: string, options: { all?: boolean }, callback: LookupCallback) => {
      allowedAddresses(host).then(
        (addresses) =>
          options.all ? callback(null, addresses) : callback(null, addresses[0]!.address, addresses[0]!.family),
        (error) => callback(error, []),
      )
    },
  } as buildConnector.BuildOptions)

  // undici does not look up IP literals, so they are checked here; and the socket is asked where it ended up.
  const gatedConnector: buildConnector.connector = (options, callback) => {
    const host = bareHost(options.hostname)
    const isTls = options.protocol === 'https:'
    const target = targetOf(connectTo, host)
    const port = target?.port ?? Number(options.port || (isTls ? 443 : 80))
    const address = target?.address ?? host
    if (!target && port !== 80 && port !== 443) return callback(blocked(host, `port ${port}`), null)
    if (isIP(address) && !isAllowedAddress(address)) return callback(blocked(host, `address ${address}`), null)
    const servername = isTls && !isIP(host) ? host : undefined
    openSocket({ ...options, hostname: address, port: String(port), servername }, (...[error, socket]) => {
      if (error) return callback(error, null)
      if (!isAllowedAddress(socket?.remoteAddress ?? '')) {
        socket?.destroy()
        return callback(blocked(host, `connected to ${socket?.remoteAddress ?? 'no address'}`), null)
      }
      callback(null, socket)
    })
  }

  const dispatcher = new Agent({
    connect: gatedConnector,
    allowH2: false,
    connections: 2,
    maxHeaderSize: maxHeaderBytes,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 10_000,
  })

  return {
    dispatcher,
    isAllowedAddress,
    checkUrl(url) {
      const host = bareHost(url.hostname)
      if (url.protocol !== 'http:' && url.protocol !== 'https:')
        throw blocked(host || url.href, `scheme ${url.protocol}`)
      if (url.username || url.password) throw blocked(host, 'the address carries a user name or password')
      // The URL parser leaves out a scheme's own port, and turns 0x7f.1 or 2130706433 into 127.0.0.1.
      if (url.port && url.port !== '80' && url.port !== '443') throw blocked(host, `port ${url.port}`)
      if (isIP(host) && !targetOf(connectTo, host) && !isAllowedAddress(host)) throw blocked(host, `address ${host}`)
    },
    connect(host, port, { signal } = {}) {
      return new Promise((done, fail) => {
        signal?.throwIfAborted()
        const url = urlOf(host, port)
        if (!url) throw blocked(host, 'it is not a host')
        const onAbort = () => fail(signal?.reason)
        signal?.addEventListener('abort', onAbort, { once: true })
        // Not `https:` for port 443 either: whoever asks for a bare connection speaks TLS itself.
        const options = { hostname: url.hostname, protocol: 'http:', port: String(port) } as buildConnector.Options
        gatedConnector(options, (error, socket) => {
          signal?.removeEventListener('abort', onAbort)
          if (error) return fail(toSiteFailure(error, bareHost(url.hostname)))
          if (signal?.aborted) socket?.destroy()
          else done(socket as Socket)
        })
      })
    },
    close: () => dispatcher.destroy(),
  }
}

const blocked = (host: string, reason: string) => new Failure('SITE_BLOCKED', `${host}: ${reason}.`)

/** undefined for what is not a host and nothing else: `example.com/a`, `user@example.com`, `fe80::1%eth0`. */
function urlOf(host: string, port: number): URL | undefined {
  if (/[/?#@\\\s]/.test(host)) return undefined
  const isBareV6 = host.includes(':') && !host.startsWith('[')
  const url = URL.parse(`http://${isBareV6 ? `[${host}]` : host}:${port}/`)
  return url && (url.port || '80') === String(port) ? url : undefined
}

const bareHost = (hostname: string) => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')

const targetOf = (connectTo: ConnectTo[], host: string) =>
  connectTo.find((entry) =>
    entry.host.startsWith('*.') ? host.endsWith(entry.host.slice(1)) : host === entry.host.replace(/\.$/, ''),
  )

const resolveAll = (host: string) =>
  new Promise<LookupAddress[]>((done, fail) => {
    dnsLookup(host, { all: true }, (error, addresses) => (error ? fail(error) : done(addresses)))
  })
