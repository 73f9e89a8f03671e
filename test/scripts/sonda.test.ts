import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startSite } from '../site/loopback-site.ts'
import { until } from '../support/poll.ts'

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

describe.each([
  ['is one process', {}],
  [
    'is two, on a Node that cannot become another program',
    { NODE_OPTIONS: '--import=data:text/javascript,process.execve=null' },
  ],
])('the command %s, and what is done to it is done to all of it:', (_, env: Record<string, string>) => {
  /** The command in the middle of reading a site that does not answer; `isHeld` says whether it still waits for it. */
  async function startReading() {
    let waiting = 0
    const { port } = await startSite((_request, response) => {
      waiting += 1
      response.on('close', () => (waiting -= 1))
    })
    const child: ChildProcess = spawn(script, ['read', 'http://oficina.test'], {
      env: {
        PATH: process.env.PATH,
        EGRESS_CONNECT_TO: `*.test=127.0.0.1:${port}`,
        EGRESS_ALLOW_CIDRS: '127.0.0.1/32',
        ...env,
      },
      stdio: 'ignore',
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const exited = once(child, 'exit')
    await until('it waits for the site', () => waiting > 0, 60_000)
    return { child, exited, isHeld: () => waiting > 0 }
  }

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s, sent to it alone, ends it with %i', { timeout: 90_000 }, async (signal, code) => {
    const { child, exited, isHeld } = await startReading()
    child.kill(signal)
    expect(await exited).toEqual([code, null])
    await until('nothing waits for the site', () => !isHeld(), 5_000)
  })

  test('kill -9 leaves nothing running', { timeout: 90_000 }, async () => {
    const { child, exited, isHeld } = await startReading()
    child.kill('SIGKILL')
    expect(await exited).toEqual([null, 'SIGKILL'])
    // A reading that went on would wait for ten seconds.
    await until('nothing waits for the site', () => !isHeld(), 5_000)
  })
})
