import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import spectral from '@stoplight/spectral-core'
import { describe, expect, test } from 'vitest'
import { discoveryExample, profileExample } from '../../../src/api/openapi/openapi-job-examples.ts'
import { problemCodes } from '../../../src/api/problem.ts'
import { apiUnderTest, nowhere } from '../api-under-test.ts'
import { documentOf, type Media, type Operation, operationsIn, responseIn } from './openapi-document.ts'
import { schemaCheck } from './openapi-schemas.ts'

const api = apiUnderTest(nowhere())
const document = documentOf(api)
const operations = operationsIn(document)
const check = schemaCheck(document)
const docs = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')

test('every route of the app is described, and nothing else', () => {
  const routes = api.app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`)
  expect(operations.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([...new Set(routes)].sort())
  expect(routes.length).toBeGreaterThan(25)
})

test('every operation has an id of its own, one tag that is explained, a summary and a description', () => {
  const ids = operations.map(({ operationId }) => operationId)
  expect(new Set(ids).size).toBe(ids.length)
  const tags = document.tags.map(({ name }) => name)
  for (const { operationId, tags: own, summary, description } of operations) {
    expect(operationId).toMatch(/^[a-z][A-Za-z]+$/)
    expect(tags, operationId).toContain(own[0])
    expect(own, operationId).toHaveLength(1)
    expect(summary, operationId).toMatch(/^\S.{10,}/)
    expect(description, operationId).toMatch(/^\S.{10,}\.$/s)
  }
})

test('every code of a problem is described', () => {
  const problem = document.components.schemas!.Problem as {
    properties: { code: { enum: string[]; description: string } }
  }
  expect(problem.properties.code.enum).toEqual(Object.keys(problemCodes))
  for (const [code, { status, title }] of Object.entries(problemCodes)) {
    expect(problem.properties.code.description).toContain(`| \`${code}\` | ${status} | ${title} |`)
  }
  const responses = operations.flatMap(({ responses }) => Object.values(responses))
  const shown = responses.flatMap((response) =>
    Object.keys(responseIn(document, response).content?.['application/problem+json']?.examples ?? {}),
  )
  expect([...new Set(shown)].sort()).toEqual(Object.keys(problemCodes).sort())
})

test('every operation but those that are open says that it may refuse for the key', () => {
  for (const { operationId, security, responses } of operations) {
    const statuses = Object.keys(responses)
    const isOpen = security?.length === 0
    expect(statuses.includes('401'), operationId).toBe(!isOpen)
    expect(statuses.includes('403'), operationId).toBe(!isOpen)
    expect(statuses.includes('429'), operationId).toBe(!isOpen)
  }
  expect(operations.filter(({ security }) => security?.length === 0).map(({ path }) => path)).toEqual([
    '/healthz',
    '/readyz',
    '/openapi.json',
    '/docs',
    '/docs/{file}',
  ])
})

test('every example fits its own schema, and every answer in JSON has one', () => {
  const medias = operations.flatMap((operation) => [
    ...Object.entries(operation.requestBody?.content ?? {}).map(([type, media]) => ({
      at: `${operation.operationId} request`,
      type,
      media,
    })),
    ...Object.entries(operation.responses).flatMap(([status, response]) =>
      Object.entries(responseIn(document, response).content ?? {}).map(([type, media]) => ({
        at: `${operation.operationId} ${status}`,
        type,
        media,
      })),
    ),
  ])
  const checked = medias.flatMap(({ at, type, media }) =>
    examplesOf(media).map((example) => ({ at, type, wrong: check(media.schema!, example) })),
  )
  expect(checked.filter(({ wrong }) => wrong !== undefined)).toEqual([])
  expect(checked.length).toBeGreaterThan(100)
  const without = medias.filter(({ type, media }) => /json/.test(type) && examplesOf(media).length === 0)
  expect(without.map(({ at, type }) => `${at} ${type}`)).toEqual([])
})

test('what may be left out has no example, which the page would fill in and send', () => {
  const optional = operations.flatMap(({ parameters = [] }) => parameters).filter(({ required }) => !required)
  expect(optional.length).toBeGreaterThan(10)
  expect(optional.filter((parameter) => JSON.stringify(parameter).includes('"example"'))).toEqual([])
})

test('the results of jobs are described by their own schemas, not only as objects', () => {
  const { DiscoveryResult, CompanyProfile } = document.components.schemas as Record<string, object>
  expect(check(DiscoveryResult!, discoveryExample)).toBeUndefined()
  expect(check(DiscoveryResult!, { ...discoveryExample, status: 'maybe' })).toBeDefined()
  expect(check(CompanyProfile!, profileExample)).toBeUndefined()
  expect(check(CompanyProfile!, { ...profileExample, name: 'Padaria' })).toBeDefined()
})

describe('what is sent to a callback_url', () => {
  const messageOf = ({ callbacks }: Operation) => {
    const name = callbacks!.ended!.$ref.split('/').at(-1)!
    return document.components.callbacks![name] as Record<string, { post: Operation }>
  }
  const takers = operations.filter(({ parameters, requestBody }) =>
    JSON.stringify([parameters, requestBody]).includes('"callback_url"'),
  )

  test('is described where one is taken, and nowhere else', () => {
    expect(takers.map(({ operationId }) => operationId)).toEqual(['createBatch', 'submitDiscovery', 'submitProfile'])
    const described = operations.filter(({ callbacks }) => callbacks !== undefined)
    expect(described.map(({ operationId }) => operationId)).toEqual(takers.map(({ operationId }) => operationId))
  })

  test('has an example that fits, and none that lacks what it needs', () => {
    for (const taker of takers) {
      const [first] = Object.values(messageOf(taker))
      const { schema, example } = first!.post.requestBody!.content['application/json'] as Required<Media>
      expect(check(schema, example), taker.operationId).toBeUndefined()
      expect((example as { type: string }).type).toBe(taker.operationId === 'createBatch' ? 'batch.ended' : 'job.ended')
      expect(check(schema, { ...(example as object), data: {} }), taker.operationId).toBeDefined()
      expect(check(schema, { ...(example as object), type: 'other' }), taker.operationId).toBeDefined()
    }
  })

  test('is asked for in the body, and beside a file in the query', () => {
    const expressions = takers.map((taker) => Object.keys(messageOf(taker)))
    expect(expressions).toEqual([
      ['{$request.body#/callback_url}', '{$request.query.callback_url}'],
      ['{$request.body#/callback_url}'],
      ['{$request.body#/callback_url}'],
    ])
  })
})

test('the schemas that are used are named, and what is named is used', () => {
  const text = JSON.stringify(document)
  for (const name of ['Job', 'JobSummary', 'Batch', 'Problem', 'CompanyProfile', 'DiscoveryResult']) {
    expect(text).toContain(`"#/components/schemas/${name}"`)
  }
  const unused = Object.keys(document.components.schemas!).filter(
    (name) => !text.includes(`"#/components/schemas/${name}"`),
  )
  expect(unused).toEqual([])
})

test('Spectral finds nothing in the document', async () => {
  const { Spectral } = spectral
  const { oas } = createRequire(import.meta.url)('@stoplight/spectral-rulesets')
  const linter = new Spectral()
  linter.setRuleset({ extends: [oas] })
  const found = await linter.run(document as never)
  expect(found.map(({ code, message, path }) => `${code}: ${message} ${path.join('.')}`)).toEqual([])
  // Or the rules are not in force.
  expect(await linter.run({ openapi: '3.1.0', paths: {} } as never)).not.toEqual([])
}, 30_000)

test('Redocly finds nothing in the document', async () => {
  const config = await createConfig({ extends: ['recommended'] })
  const lint = async (source: object) => {
    const found = await lintFromString({ source: JSON.stringify(source), absoluteRef: 'openapi.json', config })
    return found.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`)
  }
  expect(await lint(document)).toEqual([])
  expect(await lint({ openapi: '3.1.0', info: {}, paths: {} })).not.toEqual([])
}, 30_000)

test('the README names every route', () => {
  const rows = docs('README.md')
    .split('\n')
    .filter((line) => /^\| `(GET|POST) /.test(line))
    .map((line) => line.split(' | ')[0]!)
  const named = rows.flatMap((row) => {
    let [method, path] = ['', '']
    return [...row.matchAll(/`(?:(GET|POST) )?(\/[^`]*)`/g)].map(([, ownMethod, ownPath]) => {
      // `/retry` beside `POST /jobs/:id/cancel` is in the place of its last part.
      const isShort = ownMethod === undefined && ownPath!.lastIndexOf('/') === 0
      path = isShort ? path.replace(/\/[^/]*$/, ownPath!) : ownPath!
      method = ownMethod ?? method
      return `${method} ${path.replace(/:(\w+)/g, '{$1}')}`
    })
  })
  const routes = operations.map(({ method, path }) => `${method} ${path}`)
  expect(routes.filter((route) => !named.includes(route))).toEqual([])
})

test('GET /openapi.json is the document, for whoever asks', async () => {
  const strict = apiUnderTest(nowhere(), { allowAnonymous: false, tokens: ['x'.repeat(32)] })
  const answer = await strict.get('/openapi.json')
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual(document)
  expect(strict.logged).toEqual([])
})

function examplesOf({ example, examples = {} }: Media): unknown[] {
  return [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)]
}
