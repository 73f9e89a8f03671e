import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mend, mendedFiles } from '../../src/db/driver.ts'

const installed = (file: string) =>
  readFileSync(new URL(`../../node_modules/postgres/src/${file}`, import.meta.url), 'utf8')

test.each(mendedFiles)('the installed postgres.js is the one that the mends were made for: %s', (file) => {
  expect(mend(file, installed(file))).not.toBe(installed(file))
})

test.each(mendedFiles)('another text is refused, rather than left as it is: %s', (file) => {
  expect(() => mend(file, '')).toThrow('postgres.js has changed')
})
