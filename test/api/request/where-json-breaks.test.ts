import fc from 'fast-check'
import { expect, test } from 'vitest'
import { whereJsonBreaks } from '../../../src/api/request/where-json-breaks.ts'

test.each([
  ['', 1, 1, true],
  ['{', 1, 2, true],
  ['{"a"', 1, 5, true],
  ['{"a":', 1, 6, true],
  ['[1,', 1, 4, true],
  ['"abc', 1, 5, true],
  ['{"a":1,}', 1, 8, false],
  ['[1,]', 1, 4, false],
  ['{a:1}', 1, 2, false],
  ["{'a':1}", 1, 2, false],
  ['{"a" 1}', 1, 6, false],
  ['[1 2]', 1, 4, false],
  ['{"a":1]', 1, 7, false],
  ['1 2', 1, 3, false],
  ['01', 1, 1, false],
  ['nul', 1, 1, false],
  ['undefined', 1, 1, false],
  ['1.', 1, 1, false],
  ['"a\\x"', 1, 3, false],
  ['"a\nb"', 1, 3, false],
  ['{\n  "a": "b"\n  "c": 1\n}', 3, 3, false],
  ['{\r\n"ação": ,}', 2, 9, false],
  ['}', 1, 1, false],
])('%j breaks at line %i, column %i', (text, line, column, isEnd) => {
  expect(() => JSON.parse(text)).toThrow()
  expect(whereJsonBreaks(text)).toEqual({ line, column, isEnd })
})

test('whatever JSON.parse refuses, what stands before the break is not what is wrong', () => {
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', ':', '"', 'x', '-', '\\', '\u0001', '{', '['))
    .map(([json, at, part]) => {
      const from = at % (json.length + 1)
      return json.slice(0, from) + part + json.slice(from + (part === '' ? 1 : 0))
    })
  let refused = 0
  fc.assert(
    fc.property(broken, (text) => {
      try {
        JSON.parse(text)
        return
      } catch (error) {
        refused += 1
        const { line, column, isEnd } = whereJsonBreaks(text)
        const lines = text.split('\n')
        expect(line).toBeLessThanOrEqual(lines.length)
        expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1)
        const told = /position (\d+)/.exec((error as Error).message)?.[1]
        // Where the parser says a place, ours is the same, or the beginning of the word or escape that it is in.
        if (told !== undefined && lines.length === 1) expect(Number(told) + 1).toBeGreaterThanOrEqual(column)
        if (isEnd) expect([line, column]).toEqual([lines.length, lines.at(-1)!.length + 1])
      }
    }),
    { numRuns: 2000 },
  )
  expect(refused).toBeGreaterThan(500)
})

test('a hundred thousand levels are no trouble', () => {
  expect(whereJsonBreaks('['.repeat(100_000))).toEqual({ line: 1, column: 100_001, isEnd: true })
})
