import { expect, test } from 'vitest'
import { z } from 'zod'
import { strictJsonSchema } from '../../src/llm/strict-schema.ts'

test('every key is required, nothing else is allowed, and optional becomes nullable, at every depth', () => {
  const schema = z.object({
    name: z.string().min(1).max(80).describe('the name'),
    city: z.string().optional(),
    uf: z.enum(['SP', 'MG']).default('SP'),
    note: z.string().nullable(),
    hint: z.string().nullish(),
    size: z.literal(['small', null]).optional(),
    facts: z.array(z.object({ passage: z.int().min(1), quote: z.string().optional() })).max(20),
  })
  const nullable = (inner: object) => ({ anyOf: [inner, { type: 'null' }] })
  expect(strictJsonSchema(schema)).toEqual({
    type: 'object',
    properties: {
      name: { type: 'string', description: 'the name' },
      city: nullable({ type: 'string' }),
      uf: nullable({ type: 'string', enum: ['SP', 'MG'] }),
      note: nullable({ type: 'string' }),
      hint: nullable({ type: 'string' }),
      size: { enum: ['small', null] },
      facts: {
        type: 'array',
        maxItems: 20,
        items: {
          type: 'object',
          properties: { passage: { type: 'integer', minimum: 1 }, quote: nullable({ type: 'string' }) },
          required: ['passage', 'quote'],
          additionalProperties: false,
        },
      },
    },
    required: ['name', 'city', 'uf', 'note', 'hint', 'size', 'facts'],
    additionalProperties: false,
  })
})

test('a discriminated union becomes anyOf, which is the only alternative the strict subset has', () => {
  const schema = z.object({
    fact: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a'), x: z.number() }),
      z.object({ kind: z.literal('b') }),
    ]),
  })
  const { properties } = strictJsonSchema(schema) as { properties: { fact: { anyOf: object[] } } }
  expect(properties.fact.anyOf).toMatchObject([
    { required: ['kind', 'x'], additionalProperties: false },
    { required: ['kind'], additionalProperties: false },
  ])
  expect(properties.fact).not.toHaveProperty('oneOf')
})

test('a schema that refers to itself keeps its definitions, made strict as well', () => {
  const node = z.object({
    name: z.string(),
    get children() {
      return z.array(node).optional()
    },
  })
  const json = JSON.stringify(strictJsonSchema(z.object({ root: node })))
  expect(json).toContain('"$ref"')
  expect(json.match(/"additionalProperties":false/g)).toHaveLength(2)
})

test.each([
  ['a record', z.object({ x: z.record(z.string(), z.string()) })],
  ['a tuple', z.object({ x: z.tuple([z.string(), z.number()]) })],
  ['unknown', z.object({ x: z.unknown() })],
  ['a root that is a list', z.array(z.string())],
])('%s is refused, since the strict subset cannot say it', (_name, schema) => {
  expect(() => strictJsonSchema(schema)).toThrow(/LLM answer schema/)
})
