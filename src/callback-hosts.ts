import type { Config } from './config.ts'

/** Hosts that callbacks may go to although they are private; without a port, to each of their ports. */
export type CallbackHosts = Config['CALLBACK_ALLOW_HOSTS']

/** Whether a URL's host, and its port, are among those that the operator has named. */
export function isAllowedHost(url: URL, hosts: CallbackHosts): boolean {
  const host = bareHost(url)
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  return hosts.some((allowed) => {
    const isHost = allowed.host.startsWith('*.') ? host.endsWith(allowed.host.slice(1)) : host === allowed.host
    return isHost && (allowed.port === undefined || allowed.port === port)
  })
}

/** A URL's host without the brackets of an IPv6 address and without the root's dot. */
export const bareHost = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
