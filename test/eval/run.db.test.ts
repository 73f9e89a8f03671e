import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const script = fileURLToPath(new URL('../../eval/run.ts', import.meta.url))
const lathe = { ...companyOf('97104233000176', 'TORNEARIA VALDANTE LTDA', 'TORNEARIA VALDANTE'), site: 'valdante' }
const bakery = { ...companyOf('97305512000106', 'PADARIA OURIPAN LTDA', 'PADARIA OURIPAN'), site: null }
let dir: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'sonda-eval-test-'))
  chmodSync(dir, 0o711) // Postgres may run as another user
  mkdirSync(join(dir, 'sites/valdante'), { recursive: true })
  writeFileSync(
    join(dir, 'sites/valdante/index.html'),
    `<!doctype html><meta charset="utf-8"><title>Tornearia Valdante</title><h1>Tornearia Valdante</h1>
    <p>Peças torneadas em Caxias do Sul. CNPJ 97.104.233/0001-76. Telefone (54) 3321-7740.</p>`,
  )
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function companyOf(cnpj: string, razao_social: string, nome_fantasia: string) {
  return {
    cnpj,
    razao_social,
    nome_fantasia,
    municipio: 'Caxias do Sul',
    uf: 'RS',
    telefone: '5433217740',
    truth: null,
  }
}

async function run(companies: object[], args: string[] = []) {
  writeFileSync(join(dir, 'world.json'), JSON.stringify({ companies }))
  const env = { PATH: process.env.PATH, TMPDIR: dir, SERPSHOT_URL: 'http://127.0.0.1:1', N_WORKERS: 'many' }
  const child = spawn(process.execPath, [script, '--world', dir, '--no-profiles', ...args], { env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const [code] = await once(child, 'close')
  return { code, output }
}

test('a world in which everything comes out right ends with 0 and its figures', async () => {
  const { code, output } = await run([lathe, bakery])
  expect(output).toMatch(
    /^found right {2}found wrong {2}none right {2}none wrong {2}ambiguous {2}failed\n1 +0 +1 +0 +0 +0$/m,
  )
  expect(output).toContain('precision 100.0 %   recall 100.0 %')
  expect(code, output).toBe(0)
})

test('a wrong website ends with 1, and is shown with the reasons for it', async () => {
  // The site proves that it is the company's; the world says that it is not.
  const { code, output } = await run([{ ...lathe, site: null }])
  expect(output).toMatch(
    /^FOUND WRONG {2}TORNEARIA VALDANTE \(97\.104\.233\/0001-76\): wanted none; http:\/\/valdante/m,
  )
  expect(output).toMatch(/\+100 O site traz o CNPJ 97\.104\.233\/0001-76/)
  expect(code, output).toBe(1)
})

test('the speed of one worker is counted in companies, and never in answers that were stored', async () => {
  const { code, output } = await run([lathe, bakery], ['--speed', '1', '--serp-delay-ms', '200'])
  const [, companies, seconds, rate] = /^(\d+) discoveries in ([\d.]+) s: (\d+) companies a minute/m.exec(output) ?? []
  // Each of the two takes at least 200 ms for the registry alone: stored answers would be many more.
  expect(Number(companies), output).toBeGreaterThan(0)
  expect(Number(companies)).toBeLessThanOrEqual(2 * (Number(seconds) / 0.2 + 1))
  expect(Number(rate)).toBeGreaterThan(0)
  expect(code).toBe(0)
})

test('a world that cannot be read ends with 2 before anything is started', async () => {
  const { code, output } = await run([{ ...lathe, cnpj: '1' }])
  expect(output).toContain('1 is not a CNPJ')
  expect(code).toBe(2)
  expect((await run([lathe], ['--speed', 'fast'])).code).toBe(2)
})
