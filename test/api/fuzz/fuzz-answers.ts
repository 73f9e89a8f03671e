import { expect } from 'vitest'
import {
  type Described,
  type Response as DescribedResponse,
  type Document,
  operationsIn,
  responseIn,
} from '../openapi/openapi-document.ts'
import { schemaCheck } from '../openapi/openapi-schemas.ts'

type Answer = { status: number; headers: Headers; bytes: Buffer }

/** Holds answers against a document, in which every object has the fields that are named and no other. */
export function answerCheck(document: Document) {
  const closed = closeObjects(document) as Document
  const check = schemaCheck(closed)
  const operations = operationsIn(closed)

  /** Which operation an address leads to: one without parameters before one with them. */
  function operationAt(method: string, pathname: string): Described | undefined {
    const fits = operations.filter((each) => each.method === method && patternOf(each.path).test(pathname))
    return fits.find(({ path }) => !path.includes('{')) ?? fits[0]
  }

  /** Which operation answered, if any, when the answer is one that it, or the service as a whole, is described with. */
  return function checkAnswer(
    method: string,
    pathname: string,
    { status, headers, bytes }: Answer,
  ): string | undefined {
    const operation = operationAt(method, pathname)
    const described = operation ? operation.responses[String(status)] : operations[0]!.responses.default
    expect(
      described,
      `${operation?.operationId} does not describe ${status}: ${bytes.toString().slice(0, 300)}`,
    ).toBeDefined()
    expect(status).toBeLessThan(500)
    const { content } = responseIn(closed, described as DescribedResponse)
    if (!content) {
      expect(bytes.length).toBe(0)
      return operation?.operationId
    }
    const mediaType = (headers.get('content-type') ?? '').split(';')[0]!
    const media = content[mediaType]
    expect(media, `${operation?.operationId} ${status} does not describe ${mediaType}`).toBeDefined()
    const isJson = /json$/.test(mediaType) && mediaType !== 'application/x-ndjson'
    const value = isJson ? JSON.parse(bytes.toString()) : bytes.toString()
    const wrong = check(media!.schema!, value)
    expect(wrong, `${operation?.operationId} ${status} ${bytes.toString().slice(0, 1000)}`).toBeUndefined()
    if (mediaType === 'application/problem+json') expect(value.status).toBe(status)
    if (mediaType === 'application/x-ndjson') for (const line of value.split('\n').slice(0, -1)) JSON.parse(line)
    if (status === 405) expect(headers.get('allow')?.split(', ')).not.toContain(method)
    if (/sheet$/.test(mediaType)) expect(bytes.subarray(0, 2).toString()).toBe('PK')
    return operation?.operationId
  }
}

/** A CNPJ may have a slash in it. */
const patternOf = (path: string) => new RegExp(`^${path.replace('{cnpj}', '.+').replace(/\{\w+\}/g, '[^/]+')}$`)

/**
 * The same document, in which a schema of an object takes no field that it does not name. Not where schemas are joined by
 * `allOf`, and not in `components`: what is joined there has the fields of the others, too.
 */
function closeObjects(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closeObjects)
  if (typeof value !== 'object' || value === null) return value
  const parts = Object.entries(value).map(([name, part]) => {
    if (name === 'example' || name === 'examples' || name === 'enum') return [name, part]
    if (name === 'allOf') return [name, (part as object[]).map(closeObjects)]
    if (name === 'schemas') {
      return [
        name,
        Object.fromEntries(Object.entries(part as object).map(([id, schema]) => [id, closeObjects(schema)])),
      ]
    }
    if (name === 'properties') {
      return [name, Object.fromEntries(Object.entries(part as object).map(([id, schema]) => [id, close(schema)]))]
    }
    if (['schema', 'items', 'additionalProperties'].includes(name)) return [name, close(part)]
    if (name === 'anyOf' || name === 'oneOf') return [name, (part as object[]).map(close)]
    return [name, closeObjects(part)]
  })
  return Object.fromEntries(parts)
}

function close(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema
  const inside = closeObjects(schema) as Record<string, unknown>
  const isObject =
    '$ref' in inside || 'allOf' in inside || ('properties' in inside && inside.additionalProperties === undefined)
  return isObject ? { ...inside, unevaluatedProperties: false } : inside
}
