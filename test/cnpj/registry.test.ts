import { afterEach, describe, expect, it } from 'vitest'
import type { CertainAnswer } from '../../src/cnpj/registry.ts'
import {
  answering,
  closeRegistries,
  cnpj,
  failureOf,
  loopback,
  nowhere,
  record,
  registryOf,
} from './loopback-registry.ts'

const { signal } = new AbortController()

afterEach(closeRegistries)

describe('the registry', () => {
  it('believes the only one, when it is somebody’s own, and asks several till one knows the company', async () => {
    const no = await answering(404, { message: 'CNPJ não encontrado.' })
    const answer = { found: false, isCertain: true, asked: [no.host] }
    expect(await registryOf([no]).lookUp(cnpj, { signal })).toEqual(answer)

    const knows = await answering(200, record)
    expect(await registryOf([no, knows]).lookUp(cnpj, { signal })).toMatchObject({ found: true })
  })

  it('does not believe the only one when it is a public one', async () => {
    const no = await answering(404, '')
    const answer = await registryOf([no], { isAuthoritative: false }).lookUp(cnpj, { signal })
    expect(answer).toMatchObject({ found: false, isCertain: false, asked: [no.host] })
  })

  it('does not take for two what has the data of one, and does not ask the second', async () => {
    const no = await answering(404, '')
    const copy = await answering(404, '')
    const answer = await registryOf([no, copy], { data: 'the same' }).lookUp(cnpj, { signal })
    expect(answer).toMatchObject({ found: false, isCertain: false, asked: [no.host] })
    expect(copy.asked).toEqual([])
  })

  it('says that it is not certain, and why, when one does not know the company and the others are down', async () => {
    const no = await answering(404, '')
    const down = await answering(503, '')
    const answer = await registryOf([no, down, nowhere]).lookUp(cnpj, { signal })
    expect(answer).toMatchObject({ found: false, isCertain: false, asked: [no.host] })
    expect(answer).toHaveProperty('why', expect.stringContaining(`${no.host}: does not know`))
    expect(answer).toHaveProperty('why', expect.stringContaining(`${down.host}: answered HTTP 503`))
    expect(answer).toHaveProperty('why', expect.stringContaining(`${nowhere.host}: could not be reached`))
  })

  it('believes two that agree, and asks no third', async () => {
    const no = await answering(404, '')
    const busy = await answering(429, 'Too many requests')
    const alsoNo = await answering(404, '')
    const third = await answering(200, { cnpj })
    const answer = await registryOf([no, busy, alsoNo, third]).lookUp(cnpj, { signal })
    expect(answer).toEqual({ found: false, isCertain: true, asked: [no.host, alsoNo.host] })
    expect(third.asked).toEqual([])
  })

  it('names each host and why when nobody said anything, and passes on the shortest wait', async () => {
    const down = await answering(503, '', { 'retry-after': '30' })
    const shorter = await answering(503, '', { 'retry-after': '7' })
    const broken = await answering(200, '<html>maintenance</html>')
    const failure = await failureOf(registryOf([down, shorter, broken]).lookUp(cnpj, { signal }))
    expect(failure.code).toBe('REGISTRY_UNAVAILABLE')
    expect(failure.retryAfterMs).toBe(7000)
    expect(failure.message).toContain(`${down.host}: answered HTTP 503`)
    expect(failure.message).toContain(`${broken.host}: answered something other`)
  })

  it('passes by a source that cannot be reached', async () => {
    const knows = await answering(200, record)
    expect(await registryOf([nowhere, knows]).lookUp(cnpj, { signal })).toMatchObject({ found: true })
  })

  it("throws the signal's reason when the caller aborts, and asks nobody else", async () => {
    const abort = new AbortController()
    const reason = new Error('shutting down')
    const silent = await loopback(() => abort.abort(reason))
    const next = await answering(200, { cnpj })
    await expect(registryOf([silent, next]).lookUp(cnpj, { signal: abort.signal })).rejects.toBe(reason)
    expect(next.asked).toEqual([])
  })

  it('refuses what is no CNPJ without asking', async () => {
    const one = await answering(200, { cnpj })
    expect((await failureOf(registryOf([one]).lookUp('11222333000182', { signal }))).code).toBe('INPUT_INVALID')
    expect(one.asked).toEqual([])
  })
})

describe('what is kept', () => {
  const kept = { ...record, source: 'kept.test' } as never

  it('is answered without a call', async () => {
    const one = await answering(200, record)
    const answers: CertainAnswer[] = [
      { found: true, record: kept },
      { found: false, sources: ['a.test', 'b.test'] },
    ]
    const cache = { find: async () => answers.shift(), store: async () => {} }
    const registry = registryOf([one], { cache })
    expect(await registry.lookUp(cnpj, { signal })).toEqual({ found: true, record: kept })
    expect(await registry.lookUp(cnpj, { signal })).toEqual({
      found: false,
      isCertain: true,
      asked: ['a.test', 'b.test'],
    })
    expect(one.asked).toEqual([])
  })

  it('is every record and every certain "not found", and nothing else', async () => {
    const stored: [string, CertainAnswer][] = []
    const cache = {
      find: async () => undefined,
      store: async (about: string, answer: CertainAnswer) => void stored.push([about, answer]),
    }
    const knows = await answering(200, record)
    const no = await answering(404, '')
    const alsoNo = await answering(404, '')
    const answer = await registryOf([knows], { cache }).lookUp('11.222.333/0001-81', { signal })
    await registryOf([no, alsoNo], { cache }).lookUp(cnpj, { signal })
    await registryOf([no, nowhere], { cache }).lookUp(cnpj, { signal })
    await registryOf([nowhere], { cache })
      .lookUp(cnpj, { signal })
      .catch(() => {})
    expect(stored).toEqual([
      [cnpj, answer],
      [cnpj, { found: false, sources: [no.host, alsoNo.host] }],
    ])
  })
})
