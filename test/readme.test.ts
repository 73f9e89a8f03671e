import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { settingNames } from '../src/config.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

test('the README names every setting, and none that does not exist', () => {
  const table = readme.slice(readme.indexOf('## Settings'), readme.indexOf('## Deploy'))
  const named = [...table.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name]) => name)
  expect(named.sort()).toEqual([...settingNames].sort())
})
