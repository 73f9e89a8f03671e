import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mendConnection } from '../../src/db/driver.ts'

const installed = readFileSync(new URL('../../node_modules/postgres/src/connection.js', import.meta.url), 'utf8')

test('the installed postgres.js is the one that the mends were made for', () => {
  expect(mendConnection(installed).match(/chunk = nextWriteTimer = null/g)).toHaveLength(4)
})

test('another text is refused, rather than left as it is', () => {
  expect(() => mendConnection(mendConnection(installed))).toThrow('postgres.js has changed')
})
