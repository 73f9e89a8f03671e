import fc from 'fast-check'
import type { Described } from '../openapi/openapi-document.ts'
import { formOf, jsonBodyOf, type Likely, linesOf, naughty, valuesOf } from './fuzz-values.ts'

export type FuzzRequest = { method: string; url: string; headers: Record<string, string>; body?: Uint8Array }

/** As it is, in percent-encoding, or in one that is broken. */
const inAddress = fc.oneof(
  { weight: 3, arbitrary: naughty.map((text) => encodeURIComponent(text.toWellFormed())) },
  naughty.map((text) => text.replace(/[^!-~]/g, 'é')),
  fc.string({ unit: fc.constantFrom('%', '0', 'f', 'é', '/', '.', '+', '\\', ':', '@'), maxLength: 8 }),
  fc.uuid(),
)

const unusualHeaders = fc.oneof(
  { weight: 12, arbitrary: fc.constant({}) },
  fc.constantFrom<Record<string, string>>(
    { prefer: 'wait=30' },
    { prefer: 'respond-async, wait="5"; x' },
    { prefer: 'wait=-1,wait=99999999999999999999' },
    { 'last-event-id': 'end' },
    { 'last-event-id': '\u00ff'.repeat(200) },
    { accept: 'text/csv' },
    { accept: 'application/x-ndjson;q=0.5, text/html' },
    { accept: ',;=*/*;q=x' },
    { accept: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' },
    { 'content-encoding': 'gzip' },
    { 'content-length': 'x' },
    { 'content-length': '99999999999' },
    { 'x-forwarded-host': 'a b<>', 'x-forwarded-proto': 'javascript' },
    { 'x-forwarded-host': 'sonda.example.com', 'x-forwarded-proto': 'https' },
    { 'x-unknown': 'x'.repeat(12_000) },
    { cookie: 'é=;;==', range: 'bytes=0-', 'if-none-match': '*', 'accept-encoding': 'gzip' },
    { origin: 'null' },
  ),
  fc.constantFrom('k1', 'k2', 'k3', '', ' ', 'é', 'a b', 'x'.repeat(300)).map((key) => ({ 'idempotency-key': key })),
)

const strangeMediaTypes = [
  '',
  ';',
  '*/*',
  'text/json',
  'application/a+json',
  'application/json;charset=utf-16',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'text/csv; charset=utf-32',
  'text/csv;charset=x',
  'text/plain',
]

/**
 * Requests for an operation, made from its description: mostly with one thing wrong or none, so that not all of them end
 * at the first check.
 * @param tokens who asks; the first one may do everything, and mostly does
 */
export function requestsFor(
  operation: Described,
  likely: Likely,
  tokens: readonly [string, ...string[]],
): fc.Arbitrary<FuzzRequest> {
  const { method, path, parameters = [], requestBody } = operation
  const inPath = parameters.filter((parameter) => parameter.in === 'path')
  const inQuery = parameters.filter((parameter) => parameter.in === 'query')

  const pathValues = fc.record(
    Object.fromEntries(
      inPath.map(({ name, schema }) => [
        name,
        fc.oneof(
          { weight: 7, arbitrary: valuesOf(schema, likely, name).map((value) => encodeURIComponent(String(value))) },
          { weight: 2, arbitrary: inAddress },
        ),
      ]),
    ),
  )
  const parameter = fc.oneof(
    ...inQuery.map(({ name, schema }) =>
      fc.oneof(
        {
          weight: 6,
          arbitrary: valuesOf(schema, likely, name).map(
            (value) => `${name}=${encodeURIComponent(String(value).toWellFormed())}`,
          ),
        },
        { weight: 1, arbitrary: inAddress.map((value) => `${name}=${value}`) },
      ),
    ),
    fc.tuple(inAddress, inAddress).map(([name, value]) => `${name}=${value}`),
  )
  const query = fc.oneof(
    { weight: requestBody ? 20 : 3, arbitrary: fc.constant('') },
    {
      weight: 5,
      arbitrary:
        inQuery.length > 0 ? fc.array(parameter, { maxLength: 3 }).map((all) => all.join('&')) : fc.constant(''),
    },
    parameter,
    inAddress,
  )
  const authorization = fc.oneof(
    { weight: 12, arbitrary: fc.constant(`Bearer ${tokens[0]}`) },
    fc.constantFrom(
      ...tokens.map((token) => `bearer  ${token}`),
      'Bearer',
      'Basic eDp5',
      `Bearer sonda_${'x'.repeat(43)}`,
      'é',
    ),
  )
  const bodies = Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => bodyOf(type, schema!, likely))
  const any = fc.oneof(...bodies, fc.constant({ type: 'text/plain', bytes: new Uint8Array() }))
  const body = fc.oneof(
    { weight: 8, arbitrary: bodies.length > 0 ? fc.oneof(...bodies) : any },
    fc.tuple(any, fc.constantFrom(...strangeMediaTypes)).map(([{ bytes }, type]) => ({ type, bytes })),
  )
  return fc
    .record({ pathValues, query, authorization, more: unusualHeaders, body })
    .map(({ pathValues, query, authorization, more, body: { type, bytes } }) => {
      const filled = path.replace(/\{(\w+)\}/g, (_all, name) => pathValues[name]!)
      const headers = { authorization, ...more }
      const url = query ? `${filled}?${query}` : filled
      return method === 'GET'
        ? { method, url, headers }
        : { method, url, headers: { 'content-type': type, ...headers }, body: bytes }
    })
}

/** The requests that a document shows: one for each body that has an example, each with ids of something that is there. */
export function exampleRequests(operation: Described, likely: Likely, token: string): FuzzRequest[] {
  const { method, path, parameters = [], requestBody } = operation
  const url = path.replace(/\{(\w+)\}/g, (_all, name) => {
    const { schema } = parameters.find((parameter) => parameter.name === name)!
    return String((schema as { enum?: string[] }).enum?.[0] ?? likely[name]![0])
  })
  const headers = { authorization: `Bearer ${token}` }
  if (!requestBody) return [{ method, url, headers }]
  return Object.entries(requestBody.content)
    .filter(([, { example }]) => example !== undefined)
    .map(([type, { example }]) => {
      const text = typeof example === 'string' ? example : JSON.stringify(example)
      return { method, url, headers: { ...headers, 'content-type': type }, body: Buffer.from(text) }
    })
}

function bodyOf(type: string, schema: object, likely: Likely): fc.Arbitrary<{ type: string; bytes: Uint8Array }> {
  const bytes =
    type === 'application/json'
      ? jsonBodyOf(schema, likely)
      : type.startsWith('multipart/')
        ? formOf(likely)
        : linesOf(likely)
  const header = type.startsWith('multipart/') ? `${type}; boundary=x` : type
  return bytes.map((bytes) => ({ type: header, bytes }))
}
