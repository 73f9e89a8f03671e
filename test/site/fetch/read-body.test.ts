import { randomBytes } from 'node:crypto'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readBody } from '../../../src/site/fetch/read-body.ts'

const limit = { maxBytes: 2 * 1024 * 1024, onTooLarge: 'fail' as const }
const inPieces = (body: Uint8Array) => [body.subarray(0, 1), body.subarray(1, 2), body.subarray(2)]
const encodings: [string, (body: Uint8Array) => Buffer][] = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
]

describe.each([
  ['a short body', 10_000],
  ['one too long to be undone at once', 400_000],
])('%s', (_, length) => {
  const plain = randomBytes(length)

  it.each(encodings)('comes out of %s whole, in pieces or not, and twice over', async (encoding, compress) => {
    const once = compress(plain)
    expect(plain.equals(await readBody([once], encoding, 'shop.test', limit))).toBe(true)
    expect(plain.equals(await readBody(inPieces(once), encoding, 'shop.test', limit))).toBe(true)
    expect(plain.equals(await readBody([gzipSync(once)], `${encoding}, gzip`, 'shop.test', limit))).toBe(true)
  })

  it.each(encodings)('cut short in %s gives what it held', async (encoding, compress) => {
    const whole = compress(plain)
    const held = await readBody([whole.subarray(0, whole.length / 2)], encoding, 'shop.test', limit)
    expect(plain.subarray(0, held.length).equals(held)).toBe(true)
    expect(held.length).toBeGreaterThan(length / 3)
  })

  it.each(encodings)('out of which more comes than is allowed fails, or is cut: %s', async (encoding, compress) => {
    const longer = { maxBytes: length - 1, onTooLarge: 'fail' as const }
    const reading = readBody([compress(plain)], encoding, 'shop.test', longer)
    await expect(reading).rejects.toMatchObject({ code: 'SITE_TOO_LARGE' })
    const zeros = Buffer.alloc(length)
    const cut = { maxBytes: length - 1, onTooLarge: 'truncate' as const }
    expect(await readBody([compress(zeros)], encoding, 'shop.test', cut)).toHaveLength(length - 1)
  })
})

it('an empty body is empty, whatever it says it is', async () => {
  expect(await readBody([], 'gzip', 'shop.test', limit)).toHaveLength(0)
})
