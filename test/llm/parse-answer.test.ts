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
  ['after two thoughts', '<think>a</think>\n<THINKING>{"name":"draft"}</THINKING>{"name":"Elmaq"}', elmaq],
  ['in a fence, quoting the end of a thought', '```json\n{"name":"x </think> {"}\n```', { name: 'x </think> {' }],
  ['with a byte order mark', '\uFEFF{"name":"Elmaq"}', elmaq],
  ['as a JSON string', '"{\\"name\\":\\"Elmaq\\"}"', elmaq],
  ['with escaped quotes', '{\\"name\\":\\"Elmaq\\"}', elmaq],
  ['as a list of one', '[{"name":"Elmaq"}]', elmaq],
  ['twice', '{"name":"Elmaq"}\n{"name":"Elmaq"}', elmaq],
  ['after an object that does not fit', 'Tool: {"tool":"none"}. Answer: {"name":"Elmaq"}', elmaq],
  ['with a brace in a string', '{"name":"} {"} and so on }', { name: '} {' }],
  ['with a key twice, of which the last counts', '{"name":"draft","name":"Elmaq"}', elmaq],
  ['with a line break in a string', '{"name":"El\nmaq"}', { name: 'El\nmaq' }],
  ['with a comment', '{"name":"Elmaq" /* sure */}', elmaq],
  ['with Python words', '{"name":"Elmaq","city":None}', elmaq],
  ['with keys nobody asked for', '{"name":"Elmaq","more":1}', elmaq],
])('an answer %s is read', (_name, answer, value) => {
  expect(parseAnswer(schema, answer)).toEqual({ value })
})

test.each([
  ['no object', 'I cannot help with that.', /no JSON object/],
  ['nothing', '', /no JSON object/],
  ['thoughts only', '<think>{"name":"draft"}', /no JSON object/],
  ['two answers', '{"name":"Elmaq"}\n\n{"name":"Another"}', /more than one JSON object/],
  ['two answers in a list', '[{"name":"Elmaq"},{"name":"Another"}]', /more than one JSON object/],
  ['two answers with prose in between', 'Either {"name":"Elmaq"} or {"name":"Another"}.', /more than one JSON object/],
  ['a list of nothing', '[]', /no JSON object/],
  ['a number', '42', /no JSON object/],
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

test('NaN is no number, and the model is told so', () => {
  expect(parseAnswer(z.object({ n: z.number() }), '{"n": NaN}')).toEqual({
    problem: expect.stringMatching(/expected number.*\n.*n/),
  })
})

test('an answer of a megabyte that is no JSON is given up on quickly', () => {
  const began = performance.now()
  for (const garbage of ['{', '{"a":', '{}', '{"', '[{', '{"a":1} x ']) {
    parseAnswer(schema, garbage.repeat(Math.ceil(1_000_000 / garbage.length)))
  }
  expect(performance.now() - began).toBeLessThan(5_000)
})

test.each([
  ['escaped quotes and braces', '\\"{'],
  ['escaped quotes', '\\",'],
  ['line breaks and quotes', '\n"b'],
])('a string without an end, a megabyte of %s, does not hold the process up', (_what, garbage) => {
  const began = performance.now()
  const text = `{"name":"${garbage.repeat(Math.ceil(1_000_000 / garbage.length))}`
  expect(parseAnswer(schema, text)).toEqual({ problem: expect.stringMatching(/no JSON object/) })
  parseAnswer(schema, `${text}\\`)
  expect(performance.now() - began).toBeLessThan(1_000)
})

test('an answer too long to be repaired is read where it is JSON', () => {
  const name = 'x'.repeat(200_000)
  expect(parseAnswer(schema, `Here: {"name":"${name}"} as asked`)).toEqual({ value: { name } })
})
