import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../support/poll.ts'

// As `npm run demo` starts it: compiled, since the fleet's processes are.
const demo = fileURLToPath(new URL('../../dist/main/demo.js', import.meta.url))
let temp: string
let child: ChildProcess | undefined

beforeEach(() => {
  temp = mkdtempSync(join(tmpdir(), 'sonda-demo-test-'))
  chmodSync(temp, 0o711) // Postgres may run as another user
})
afterEach(() => {
  child?.kill('SIGKILL')
  rmSync(temp, { recursive: true, force: true })
})

/** `closed` comes once nobody holds the output any more: neither the demo nor the API and workers that it started. */
function start(env: Record<string, string> = {}) {
  const started = spawn(process.execPath, [demo], {
    env: { PATH: process.env.PATH, TMPDIR: temp, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child = started
  let output = ''
  for (const stream of [started.stdout, started.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text))
  return { pid: started.pid!, output: () => output, closed: once(started, 'close') }
}

test('the demo prints three proven profiles and leaves nothing behind, whatever the shell has set', async () => {
  const { output, closed } = start({
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    API_ACCESS_TOKEN: 'secret',
    LLM_URL: 'http://127.0.0.1:1/v1',
    MODEL_NAME: 'none',
    SERPSHOT_URL: 'http://127.0.0.1:1',
    CNPJ_REGISTRY_URLS: 'http://127.0.0.1:1',
    CRAWL_MAX_PAGES: '1',
    PORT: 'not a port',
  })
  expect((await closed)[0], output()).toBe(0)
  const lines = output()
    .split('\n')
    .map((line) => line.trim())
  expect(lines).toContain('Metalúrgica Vorlani  CNPJ 99.041.227/0001-42')
  expect(lines).toContain('Quintuará Cafés  CNPJ 9A.Q7K.31C/0001-00')
  expect(lines).toContain('Clínica Patavorá  CNPJ 99.073.418/0001-96')
  for (const site of ['metalurgicavorlani.test', 'quintuaracafes.test', 'www.clinicapatavora.test']) {
    expect(lines.filter((line) => line.startsWith(`Site          http://${site}/ `))).toHaveLength(1)
  }
  expect(output()).toMatch(
    /O site traz o CNPJ 99\.073\.418\/0001-96 \(\+100\)\n\s+“[^”]+”\s+em\s\/politica-de-privacidade\//,
  )
  for (const phone of ['+55 54 3020 0147', '+55 35 3614 0258', '+55 43 3361 0419']) expect(output()).toContain(phone)
  for (const broken of ['\x1b', '\ufffd']) expect(output()).not.toContain(broken)
  expect(readdirSync(temp)).toEqual([])
})

test.each([
  ['while Postgres starts', 'Iniciando'],
  ['while the companies are worked on', 'Consultando'],
])('Ctrl-C %s ends everything with 130, also when npm passes it on a second time', async (_when, reached) => {
  const { pid, output, closed } = start()
  await until(`the demo says ${reached}`, () => output().includes(reached), 30_000)
  process.kill(pid, 'SIGINT')
  await until('the demo has heard it', () => output().includes('Parando'))
  process.kill(pid, 'SIGINT')
  expect((await closed)[0], output()).toBe(130)
  expect(output()).not.toContain('Três perfis')
  expect(readdirSync(temp)).toEqual([])
})
