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

/**
 * What tells the receivers of callbacks apart, however their URLs are spelled: the host as a URL's parser writes it, and
 * its port unless that is 80 or 443, behind which there is one receiver. Null: it is no URL.
 */
export function hostKey(text: string): string | null {
  const url = URL.parse(text)
  if (!url) return null
  const host = url.hostname.replace(/\.$/, '')
  return ['', '80', '443'].includes(url.port) ? host : `${host}:${url.port}`
}
