import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { problemCodes } from '../src/api/problem.ts'
import { Failure, type FailureCode, failureCodeOf, failureCodes } from '../src/errors.ts'

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')

/** The rows of a section's table, without its head. */
const rowsOf = (title: string): string[][] =>
  page
    .split(/^## /m)
    .find((section) => section.startsWith(title))!
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )

test('docs/errors.md lists every code of a job, what follows from it and its sentence', () => {
  const rows = Object.entries(failureCodes).map(([code, { consequence, sentence }]) => [
    `\`${code}\``,
    consequence,
    sentence,
  ])
  expect(rowsOf('Of a job').map((row) => row.slice(0, 3))).toEqual(rows)
})

test('docs/errors.md lists every code of a request, its status and its title', () => {
  const rows = Object.entries(problemCodes).map(([code, { status, title }]) => [`\`${code}\``, String(status), title])
  expect(rowsOf('Of a request').map((row) => row.slice(0, 3))).toEqual(rows)
})

test('docs/errors.md says what to do about each', () => {
  for (const row of [...rowsOf('Of a job'), ...rowsOf('Of a request')]) {
    expect(row, row[0]).toHaveLength(4)
    expect(row[3], row[0]).toMatch(/^[A-Z].{10,}\.$/)
  }
})

test.each(Object.keys(failureCodes) as FailureCode[])('%s is a sentence, to which a detail is added', (code) => {
  const failure = new Failure(code, 'host: 404.', { retryAfterMs: 5 })
  expect(failure.message).toMatch(/^[A-ZÀ-Ý].*[^.]\. host: 404\.$/)
  expect(new Failure(code).message).toBe(failureCodes[code].sentence)
  expect(failure).toMatchObject({ code, consequence: failureCodes[code].consequence, retryAfterMs: 5 })
  expect(failureCodeOf(failure)).toBe(code)
})

test.each([new Error('x'), new TypeError('x'), 'x', null, undefined, { code: 'TIMEOUT' }])(
  'anything else that is thrown is INTERNAL: %s',
  (thrown) => expect(failureCodeOf(thrown)).toBe('INTERNAL'),
)
