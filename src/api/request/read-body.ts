import type { Context } from 'hono'

/** A request names one company: far below this. Lists of companies have a route of their own. */
export const mostBodyBytes = 256 * 1024
/**
 * So much of a body that is too large is read and dropped before the answer. A client that is still sending when the
 * connection closes sees a broken connection instead of the answer, and a kept connection could not be used again.
 */
const mostDroppedBytes = 8 * 1024 * 1024

/** The bytes of a request's body, if they are not too many and come within `patienceMs`. */
export async function readBody(
  c: Context,
  patienceMs: number,
): Promise<Uint8Array | 'too large' | 'too slow' | 'broken off'> {
  const told = Number(c.req.header('content-length') ?? Number.NaN)
  if (told > mostDroppedBytes) return 'too large'
  let timer: NodeJS.Timeout | undefined
  const slow = new Promise<'too slow'>((resolve) => {
    timer = setTimeout(() => resolve('too slow'), patienceMs)
  })
  return Promise.race([readWhole(c, told).catch(() => 'broken off' as const), slow]).finally(() => clearTimeout(timer))
}

async function readWhole(c: Context, told: number): Promise<Uint8Array | 'too large'> {
  // Much the faster way, where the length is known.
  if (told <= mostBodyBytes) return new Uint8Array(await c.req.arrayBuffer())
  return readUpTo(c.req.raw.body)
}

async function readUpTo(stream: ReadableStream<Uint8Array> | null): Promise<Uint8Array | 'too large'> {
  const kept: Uint8Array[] = []
  let bytes = 0
  const reader = stream?.getReader()
  for (let part = await reader?.read(); part && !part.done && bytes <= mostDroppedBytes; part = await reader?.read()) {
    bytes += part.value.length
    if (bytes <= mostBodyBytes) kept.push(part.value)
  }
  return bytes <= mostBodyBytes ? Buffer.concat(kept) : 'too large'
}
