import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../../scripts/sonda.mjs', import.meta.url))

// As a shell starts it: by its own first line, so it must be executable. The checkout may have to be compiled first.
test('the command of a checkout passes on what it is asked, what is said and how it ended', {
  timeout: 120_000,
}, () => {
  const help = spawnSync(script, ['read', '--help'], { encoding: 'utf8' })
  expect([help.status, help.stdout]).toEqual([0, expect.stringContaining('--pages N')])
  const wrong = spawnSync(script, ['read', '--pags'], { encoding: 'utf8' })
  expect([wrong.status, wrong.stdout]).toEqual([2, ''])
  expect(wrong.stderr).toContain('--pags não existe')
})
