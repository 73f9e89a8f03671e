import { expect, test } from 'vitest'
import { apiUnderTest, nowhere } from '../api-under-test.ts'
import { documentOf, operationsIn, responseIn } from '../openapi/openapi-document.ts'

const preflight = async (corsOrigins: string[], origin: string) =>
  apiUnderTest(nowhere(), { tokens: ['t'], allowAnonymous: false, corsOrigins }).app.request('/v2/scrape', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  })
const allowed = (answer: Response) => answer.headers.get('access-control-allow-origin')

test('no page may use the API unless it is named', async () => {
  const answer = await preflight([], 'https://app.test')
  expect([answer.status, allowed(answer)]).toEqual([401, null])
})

test('a page of a named origin may, with its token, and of no other', async () => {
  const answer = await preflight(['https://app.test', 'https://other.test'], 'https://app.test')
  expect([answer.status, allowed(answer)]).toEqual([204, 'https://app.test'])
  expect(answer.headers.get('access-control-allow-methods')).toContain('POST')
  expect(answer.headers.get('access-control-allow-headers')).toMatch(/Authorization.*Idempotency-Key/)
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  expect(allowed(await preflight(['https://app.test'], 'https://app.test.evil.test'))).toBeNull()
  expect(allowed(await preflight(['https://app.test'], 'http://app.test'))).toBeNull()
})

test('a page may read every header that an answer is described with', async () => {
  const document = documentOf()
  const described = operationsIn(document).flatMap(({ responses }) =>
    Object.values(responses).flatMap((each) =>
      Object.keys((responseIn(document, each) as { headers?: object }).headers ?? {}),
    ),
  )
  expect(described).toContain('Idempotency-Replayed')
  const { headers } = await apiUnderTest(nowhere(), { corsOrigins: ['*'] }).get('/healthz', {
    origin: 'https://a.test',
  })
  const exposed = headers.get('access-control-expose-headers')!.split(',')
  expect(exposed).toEqual(expect.arrayContaining([...new Set(described)]))
})

test('* lets all pages, also read where an answer leads and why one was refused', async () => {
  expect(allowed(await preflight(['*'], 'https://any.test'))).toBe('*')
  const api = apiUnderTest(nowhere(), { tokens: ['t'], corsOrigins: ['*'] })
  const { status, headers, body } = await api.get('/jobs', { origin: 'https://any.test' })
  expect([status, body.code]).toEqual([401, 'UNAUTHORIZED'])
  expect(headers.get('access-control-allow-origin')).toBe('*')
  expect(headers.get('access-control-expose-headers')).toMatch(/Location.*Retry-After/)
})
