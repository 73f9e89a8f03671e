import { afterEach, describe, expect, it } from 'vitest'
import type { RegistryTurns } from '../../src/cnpj/registry.ts'
import {
  answering,
  closeRegistries,
  cnpj,
  failureOf,
  loopback,
  noLimits,
  nowhere,
  record,
  registryOf,
} from './loopback-registry.ts'

const { signal } = new AbortController()

afterEach(closeRegistries)

describe('turns', () => {
  /** Turns that these hosts never have, and what was asked of them. */
  const without = (hosts: readonly string[]) => {
    const paused: [string, number][] = []
    const queued: string[][] = []
    const turns: RegistryTurns = {
      take: async ({ host }) => !hosts.includes(host),
      pause: async (host, pauseMs) => void paused.push([host, pauseMs]),
      async queueUp(sources) {
        queued.push(sources.map(({ host }) => host))
        return 40_000
      },
    }
    return { turns, paused, queued }
  }

  it('that are far away lead to the next source', async () => {
    const full = await answering(200, record)
    const knows = await answering(200, record)
    const { turns } = without([full.host])
    const answer = await registryOf([full, knows], { turns }).lookUp(cnpj, { signal })
    expect(answer).toMatchObject({ record: { source: knows.host } })
    expect(full.asked).toEqual([])
  })

  it('that are far away everywhere send the job away without a try spent, to come back at its moment', async () => {
    const full = await answering(200, record)
    const alsoFull = await answering(200, record)
    const { turns, queued } = without([full.host, alsoFull.host])
    const failure = await failureOf(registryOf([full, nowhere, alsoFull], { turns }).lookUp(cnpj, { signal }))
    expect(failure).toMatchObject({ code: 'REGISTRY_BUSY', consequence: 'snooze', retryAfterMs: 40_000 })
    expect(queued).toEqual([[full.host, alsoFull.host]])
  })

  it('are waited for when they could confirm what one does not know', async () => {
    const no = await answering(404, '')
    const full = await answering(404, '')
    const { turns, queued } = without([full.host])
    const failure = await failureOf(registryOf([no, full], { turns }).lookUp(cnpj, { signal }))
    expect(failure.code).toBe('REGISTRY_BUSY')
    expect(queued).toEqual([[full.host]])
  })

  it.each([
    ['7', 7_000],
    ['0', 1_000],
    ['86400', 30 * 60_000],
    [undefined, 60_000],
  ])('are held up for all by a 429 with Retry-After %s, and no try is spent', async (header, pauseMs) => {
    const limited = await answering(429, 'Too many requests', header ? { 'retry-after': header } : {})
    const { turns, paused } = without([])
    const failure = await failureOf(registryOf([limited], { turns }).lookUp(cnpj, { signal }))
    expect(failure.code).toBe('REGISTRY_BUSY')
    expect(paused).toEqual([[limited.host, pauseMs]])
  })

  it('are asked for with the limit of each source', async () => {
    const knows = await answering(200, record)
    const asked: unknown[] = []
    const turns: RegistryTurns = { ...noLimits, take: async (source) => asked.push(source) > 0 }
    await registryOf([knows], { turns, spacingMs: 6_000 }).lookUp(cnpj, { signal })
    expect(asked).toMatchObject([{ host: knows.host, spacingMs: 6_000 }])
  })
})

describe('a source that fails five times in a row', () => {
  it('is left alone, and the others are asked at once', async () => {
    const down = await answering(500, '')
    const knows = await answering(200, record)
    const registry = registryOf([down, knows])
    for (let time = 0; time < 8; time += 1) {
      expect(await registry.lookUp(cnpj, { signal })).toMatchObject({ record: { source: knows.host } })
    }
    expect(down.asked).toHaveLength(5)
    expect(knows.asked).toHaveLength(8)
  })

  it('and is the only one makes jobs come back when it will be asked again', async () => {
    const down = await answering(500, '')
    const registry = registryOf([down])
    for (let time = 0; time < 5; time += 1) await registry.lookUp(cnpj, { signal }).catch(() => {})
    const failure = await failureOf(registry.lookUp(cnpj, { signal }))
    expect(failure.code).toBe('REGISTRY_UNAVAILABLE')
    expect(failure.retryAfterMs).toBeGreaterThan(20_000)
    expect(failure.retryAfterMs).toBeLessThanOrEqual(30_000)
    expect(down.asked).toHaveLength(5)
  })

  it.each([400, 404, 429])('does not count %s, which is an answer', async (status) => {
    const source = await answering(status, '')
    const registry = registryOf([source])
    for (let time = 0; time < 8; time += 1) await registry.lookUp(cnpj, { signal }).catch(() => {})
    expect(source.asked).toHaveLength(8)
  })

  it('does not count jobs that were stopped', async () => {
    const reason = new Error('cancelled')
    let stop = new AbortController()
    const stops = await loopback(() => stop.abort(reason))
    const registry = registryOf([stops])
    for (let time = 0; time < 8; time += 1) {
      stop = new AbortController()
      await expect(registry.lookUp(cnpj, { signal: stop.signal })).rejects.toBe(reason)
    }
    expect(stops.asked).toHaveLength(8)
  })

  it('is tried with one call after a while, again if that one was stopped, and is asked by all when it is back', async () => {
    let nowMs = 0
    let reply: 'fails' | 'hangs' | 'works' = 'fails'
    let stop = new AbortController()
    const source = await loopback((_request, response) => {
      if (reply === 'hangs') stop.abort(new Error('cancelled'))
      else response.writeHead(reply === 'works' ? 200 : 500).end(JSON.stringify(record))
    })
    const registry = registryOf([source], { now: () => nowMs })
    const lookUp = () => registry.lookUp(cnpj, { signal: stop.signal }).catch((error: unknown) => error)
    for (let time = 0; time < 6; time += 1) await lookUp()
    expect(source.asked).toHaveLength(5)

    nowMs = 30_000
    reply = 'hangs'
    await lookUp()
    expect(source.asked).toHaveLength(6)

    stop = new AbortController()
    reply = 'works'
    const answers = await Promise.all([lookUp(), lookUp(), lookUp()])
    expect(answers.filter((answer) => !(answer instanceof Error))).toHaveLength(1)
    expect(source.asked).toHaveLength(7)
    expect(await lookUp()).toMatchObject({ found: true })
  })
})
