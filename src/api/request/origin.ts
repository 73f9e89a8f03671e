import type { Context } from 'hono'

/** Where the caller reaches this server, such as `https://sonda.up.railway.app`: behind a proxy, as the proxy says. */
export function originOf(c: Context): string {
  const url = new URL(c.req.url)
  const first = (name: string) => c.req.header(name)?.split(',')[0]?.trim()
  const protocol = first('x-forwarded-proto')
  const host = first('x-forwarded-host')
  const forwarded = `${protocol === 'https' || protocol === 'http' ? protocol : url.protocol.slice(0, -1)}://${host ?? url.host}`
  return URL.canParse(forwarded) ? new URL(forwarded).origin : url.origin
}
