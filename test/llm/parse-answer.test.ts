import { expect, test } from 'vitest'
import { z } from 'zod'
import { parseAnswer } from '../../src/llm/parse-answer.ts'

const schema = z.object({ name: z.string(), city: z.string().optional() })
const elmaq = { name: 'Elmaq' }

test.each([
  ['plain', '{"name":"Elmaq"}', elmaq],
  ['fenced', '```json\n{"name":"Elmaq"}\n```', elmaq],
  ['after prose', 'Sure! Here is the profile:\n{"name":"Elmaq"}', elmaq],
  ['before prose', '{"name":"Elmaq"}\n\nLet me know if you need more.', elmaq],
  ['broken, before prose', "{'name': 'Elmaq',}\n\nLet me know.", elmaq],
  ['with a trailing comma and single quotes', "{'name': 'Elmaq',}", elmaq],
  ['cut off', '{"name":"Elmaq","city":"Belo Hor', { name: 'Elmaq', city: 'Belo Hor' }],
  ['after thoughts', '<think>{"name":"draft"}</think>\n{"name":"Elmaq"}', elmaq],
  ['after thoughts whose start the template had', 'Maybe {"name":"draft"}?\n</think>{"name":"Elmaq"}', elmaq],
  ['quoting the end of a thought', '{"name":"x </think> {"}', { name: 'x </think> {' }],
  ['with null for an optional key', '{"name":"Elmaq","city":null}', elmaq],
  ['with keys nobody asked for', '{"name":"Elmaq","more":1}', elmaq],
])('an answer %s is read', (_name, answer, value) => {
  expect(parseAnswer(schema, answer)).toEqual({ value })
})

test.each([
  ['no object', 'I cannot help with that.', /no JSON object/],
  ['nothing', '', /no JSON object/],
  ['thoughts only', '<think>{"name":"draft"}', /no JSON object/],
  ['a missing key', '{"city":"Contagem"}', /expected string.*\n.*name/],
  ['null for a required key', '{"name":null}', /expected string, received null.*\n.*name/],
])('%s is a problem that says what is wrong', (_name, answer, problem) => {
  expect(parseAnswer(schema, answer)).toEqual({ problem: expect.stringMatching(problem) })
})

test('null stays where zod takes it, and gives way to a default', () => {
  const nullable = z.object({ a: z.string().nullable(), b: z.string().default('x'), c: z.string().nullish() })
  expect(parseAnswer(nullable, '{"a":null,"b":null,"c":null}')).toEqual({ value: { a: null, b: 'x', c: null } })
})

test('nulls are dropped inside lists and unions too', () => {
  const deep = z.object({
    facts: z.array(z.union([z.object({ a: z.string().optional(), n: z.number() }), z.object({ b: z.boolean() })])),
    either: z.union([z.string(), z.number()]).optional(),
  })
  expect(parseAnswer(deep, '{"facts":[{"a":null,"n":1},{"b":true}],"either":null}')).toEqual({
    value: { facts: [{ n: 1 }, { b: true }] },
  })
})
