import { isSameSite } from '../page-key.ts'

/** The cookies of one reading, for sites that redirect in a circle until theirs come back. */
export type Cookies = {
  /** Takes what an answer from `url` sets: its `Set-Cookie` headers, joined by commas. */
  take(url: URL, setCookie: string | undefined): void
  /** The `Cookie` header of a request for `url`; undefined if there is nothing to send. */
  headerFor(url: URL): string | undefined
}

type Cookie = { name: string; value: string; host: string; isForSite: boolean; isSecure: boolean }

const mostCookies = 50
const mostLength = 4_096
// A comma also stands in dates; only one that begins another cookie has a name and "=" behind it.
const betweenCookies = /,(?=\s*[^\s;,=]+=)/
// What may stand in a header (RFC 6265, 4.1.1), and the spaces, quotes and commas that browsers take as well.
const plain = /^[\x20-\x7e]*$/

/**
 * A jar for one reading of one site. Of RFC 6265 it has what tells cookies apart: name, host, `Domain`, `Secure`, and
 * deletion; paths and times to live are longer than a reading, and left out.
 */
export function createCookies(): Cookies {
  const cookies = new Map<string, Cookie>()
  return {
    take(url, setCookie = '') {
      for (const text of setCookie ? setCookie.split(betweenCookies) : []) {
        const cookie = text.length <= mostLength ? parse(text, url) : undefined
        if (!cookie) continue
        const key = `${cookie.name} ${cookie.isForSite ? '' : cookie.host}`
        if (isDeleted(text)) cookies.delete(key)
        else if (cookies.has(key) || cookies.size < mostCookies) cookies.set(key, cookie)
      }
    },
    headerFor(url) {
      const pairs = [...cookies.values()]
        .filter(({ host, isForSite }) => host === url.hostname || (isForSite && isSameSite(`http://${host}`, url.href)))
        .filter(({ isSecure }) => !isSecure || url.protocol === 'https:')
        .map(({ name, value }) => `${name}=${value}`)
      return pairs.length > 0 ? pairs.join('; ') : undefined
    },
  }
}

function parse(text: string, { hostname: host, protocol }: URL): Cookie | undefined {
  const [pair = '', ...attributes] = text.split(';').map((part) => part.trim())
  const [, name, value = ''] = /^([^=\s]+)\s*=\s*(.*)$/.exec(pair) ?? []
  if (!name || !plain.test(pair)) return undefined
  const domain = attributes.map((each) => /^domain\s*=\s*\.?(.+)$/i.exec(each)?.[1]).find(Boolean)
  if (domain && !isSameSite(`http://${domain}`, `http://${host}`)) return undefined
  const isSecure = attributes.some((each) => /^secure$/i.test(each))
  if (isSecure && protocol !== 'https:') return undefined
  return { name, value, host, isForSite: domain !== undefined, isSecure }
}

function isDeleted(text: string): boolean {
  const maxAge = /;\s*max-age\s*=\s*(-?\d+)/i.exec(text)?.[1]
  if (maxAge !== undefined) return Number(maxAge) <= 0
  const expires = /;\s*expires\s*=\s*([^;]+)/i.exec(text)?.[1]
  return expires !== undefined && Date.parse(expires) < Date.now()
}
