import { expect, test } from 'vitest'
import { registrySource } from '../../src/cnpj/registry-source.ts'
import { parseConfig } from '../../src/config.ts'

test('somebody’s own registry has no limit, and its word is enough', () => {
  expect(registrySource({ url: 'http://10.0.0.7:8000/cnpj' })).toEqual({
    url: 'http://10.0.0.7:8000/cnpj',
    host: '10.0.0.7:8000',
    data: '10.0.0.7:8000',
    isAuthoritative: true,
    spacingMs: 0,
    timeoutMs: 10_000,
  })
})

test.each([
  ['https://api.opencnpj.org', 1_000],
  ['https://minhareceita.org', 6_000],
  ['https://publica.cnpj.ws/cnpj', 20_000],
  ['https://www.receitaws.com.br/v1/cnpj', 20_000],
])('%s is a public one: at most one call in %s ms, and its word alone is not enough', (url, leastMs) => {
  const source = registrySource({ url })
  expect(source.spacingMs).toBeGreaterThanOrEqual(leastMs)
  expect(source.isAuthoritative).toBe(false)
})

test('BrasilAPI has the data of minhareceita.org', () => {
  const data = ['https://brasilapi.com.br/api/cnpj/v1', 'https://minhareceita.org'].map(
    (url) => registrySource({ url }).data,
  )
  expect(data[0]).toBe(data[1])
})

test('what the operator says counts before what is known', () => {
  const source = registrySource({ url: 'https://minhareceita.org', spacingMs: 500, timeoutMs: 2_000 })
  expect(source).toMatchObject({ spacingMs: 500, timeoutMs: 2_000, data: 'minhareceita' })
})

test('the registries asked by default have data of their own, so that two can agree; BrasilAPI is not among them', () => {
  const sources = parseConfig({}).CNPJ_REGISTRY_URLS.map(registrySource)
  expect(new Set(sources.map(({ data }) => data)).size).toBe(sources.length)
  expect(sources.length).toBeGreaterThanOrEqual(2)
  expect(sources.map(({ host }) => host)).not.toContain('brasilapi.com.br')
})
