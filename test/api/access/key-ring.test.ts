import { beforeEach, describe, expect, test } from 'vitest'
import { hashOf, prefixOf, type ValidKey } from '../../../src/api/access/api-keys.ts'
import { createKeyRing, type KeyRing } from '../../../src/api/access/key-ring.ts'
import { until } from '../../support/poll.ts'

const textOf = (letter: string) => `sonda_${letter.repeat(43)}`
const keyOf = (text: string): ValidKey => ({
  id: text,
  name: text.slice(-1),
  prefix: prefixOf(text),
  hash: hashOf(text),
  scopes: ['read'],
  ratePerMinute: null,
})
const [known, other] = [textOf('k'), textOf('o')]
const away = () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }))

let table: ValidKey[]
let loads: number
let nowMs: number
let load: () => Promise<ValidKey[]>
let ring: KeyRing

beforeEach(() => {
  table = [keyOf(known)]
  loads = 0
  nowMs = 0
  load = async () => table
  ring = createKeyRing(
    () => {
      loads += 1
      return load()
    },
    () => nowMs,
  )
})
const found = async (text: string) => (await ring.find(text))?.name

test('a key is found, and its neighbour with the same beginning is not', async () => {
  expect(await found(known)).toBe('k')
  expect(await found(`${known.slice(0, -1)}x`)).toBeUndefined()
})

test('what cannot be a key costs no statement', async () => {
  const texts = [
    '',
    'secret',
    'sonda_',
    `${known}k`,
    known.slice(0, -1),
    `sonda_${'-'.repeat(43)}`,
    known.toUpperCase(),
  ]
  for (const text of texts) expect(await found(text)).toBeUndefined()
  expect(loads).toBe(0)
})

test('a known key costs one statement in seconds, however many requests come', async () => {
  for (let n = 0; n < 1_000; n += 1) {
    await found(known)
    nowMs += 1
  }
  expect(loads).toBe(1)
})

test('a revoked key stops within five seconds, used all the time or not', async () => {
  await found(known)
  table = []
  nowMs += 4_500
  expect(await found(known)).toBeUndefined()
  table = [keyOf(known)]
  nowMs += 5_000
  expect(await found(known)).toBe('k')
  table = []
  const revokedMs = nowMs
  while ((await found(known)) !== undefined) nowMs += 100
  expect(nowMs - revokedMs).toBeLessThan(5_000)
})

describe('who waits is told that the key was revoked', () => {
  const watching = () =>
    createKeyRing(
      () => {
        loads += 1
        return load()
      },
      undefined,
      { lookEveryMs: 5 },
    )

  test('once, also when nobody else asks; others are not', async () => {
    table = [keyOf(known), keyOf(other)]
    ring = watching()
    const told: string[] = []
    ring.onRevoked(keyOf(known), () => told.push('known'))
    const forget = ring.onRevoked(keyOf(other), () => told.push('other'))
    await until('a look', () => loads >= 1)
    expect(told).toEqual([])
    table = [keyOf(other)]
    await until('it is told', () => told.length > 0)
    await until('two more looks', () => loads >= 4)
    expect(told).toEqual(['known'])
    forget()
  })

  test('an outage revokes nothing, and when nobody waits nobody asks', async () => {
    ring = watching()
    load = away
    let isTold = false
    const forget = ring.onRevoked(keyOf(known), () => {
      isTold = true
    })
    await until('two looks', () => loads >= 2)
    expect(isTold).toBe(false)
    load = async () => []
    forget()
    const before = loads
    ring.onRevoked(keyOf(other), () => {})()
    await until('a look that was under way', async () => (await found(other)) === undefined)
    expect(loads).toBeLessThanOrEqual(before + 2)
    expect(isTold).toBe(false)
  })
})

test('a key made just now is good at once', async () => {
  await found(known)
  table = [keyOf(known), keyOf(other)]
  nowMs += 1_000
  expect(await found(other)).toBe('o')
})

test('a flood of wrong keys becomes a few statements', async () => {
  ring = createKeyRing(async () => {
    loads += 1
    return table
  })
  const wrong = Array.from({ length: 5_000 }, (_each, n) => `sonda_${String(n).padStart(43, '0')}`)
  const [answers] = await Promise.all([
    Promise.all(wrong.map((text) => ring.find(text))),
    ring.find(known).then((key) => expect(key?.name).toBe('k')),
  ])
  expect(answers.every((key) => key === undefined)).toBe(true)
  expect(loads).toBeLessThanOrEqual(3)
})

describe('while the database is away', () => {
  beforeEach(async () => {
    await found(known)
    load = away
  })

  test('known keys go on for ten minutes, and others are not called wrong', async () => {
    for (const minute of [0.1, 1, 9]) {
      nowMs = minute * 60_000
      expect(await found(known)).toBe('k')
      await expect(found(other)).rejects.toThrow('away')
    }
    nowMs = 11 * 60_000
    await expect(found(known)).rejects.toThrow('away')
  })

  test('one request a second asks whether it is back', async () => {
    nowMs = 60_000
    for (let n = 0; n < 100; n += 1) await found(known)
    expect(loads).toBe(2)
  })

  test('when it is back, what was revoked meanwhile stops', async () => {
    nowMs = 60_000
    await found(known)
    load = async () => []
    nowMs += 1_500
    expect(await found(known)).toBeUndefined()
  })
})

test('a database that never answers holds up a known key for a second at most', async () => {
  await found(known)
  load = () => new Promise(() => {})
  nowMs = 60_000
  const startedMs = performance.now()
  expect(await found(known)).toBe('k')
  expect(performance.now() - startedMs).toBeLessThan(1_500)
})
