import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { pages, startSite } from '../../../site/loopback-site.ts'
import { until } from '../../../support/poll.ts'

const cli = fileURLToPath(new URL('../../../../src/main/cli.ts', import.meta.url))

/** Starts `sonda …` with nothing in its environment but where `*.test` is; `output` is what it has written so far. */
function start(args: string[], { port = 1, env = {} }: { port?: number; env?: Record<string, string> } = {}) {
  const child: ChildProcess = spawn(process.execPath, [cli, ...args], {
    env: {
      PATH: process.env.PATH,
      EGRESS_CONNECT_TO: `*.test=127.0.0.1:${port}`,
      EGRESS_ALLOW_CIDRS: '127.0.0.1/32',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name]!.setEncoding('utf8').on('data', (text) => {
      output[name] += text
    })
  return { child, output, closed: once(child, 'close').then(([code]) => code as number | null) }
}

async function run(args: string[], options?: Parameters<typeof start>[1]) {
  const { output, closed } = start(args, options)
  return { code: await closed, ...output }
}

const sentence = 'Consertamos bicicletas de todas as marcas desde 1987, com peças originais e garantia de um ano. '
const html = (title: string, body: string) =>
  `<html lang="pt-BR"><title>${title}</title><nav><a href="/">Início</a> <a href="/contato">Contato</a> <a href="/sobre">Sobre</a>
  <a href="/servicos">Serviços</a></nav><h1>${title}</h1><p>${sentence.repeat(4)}</p>${body}</html>`
const site = pages({
  '/robots.txt': 'User-agent: *\nDisallow: /sobre',
  '/': html('Oficina Terra Roxa', '<p>Venha tomar um café.</p>'),
  '/contato': html('Contato', '<p>Telefone: (44) 3025-0119</p><p>CNPJ 99.041.227/0001-42</p>'),
})

test('a site is printed with its pages, its facts and their quotes, and what was not read: plain where no terminal is', async () => {
  const { port } = await startSite(site)
  const { code, stdout, stderr } = await run(['read', 'http://oficina.test'], { port })
  expect([code, stderr]).toEqual([0, ''])
  const lines = stdout.split('\n').map((line) => line.trim().replace(/\s+/g, ' '))
  expect(lines).toEqual(
    expect.arrayContaining([
      '1 Oficina Terra Roxa',
      '2 Contato',
      'http://oficina.test/contato',
      'Telefones +55 44 3025 0119',
      '“Telefone: (44) 3025-0119” em /contato',
      'CNPJ 99.041.227/0001-42',
      'SITE_DISALLOWED O robots.txt do site não permite a leitura.',
      'http://oficina.test/sobre',
      'SITE_REFUSED O site respondeu com um erro.',
      'http://oficina.test/servicos',
    ]),
  )
  expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u)
})

test('--json prints one document that a program can read; --pages bounds it', async () => {
  const { port } = await startSite(site)
  const { code, stdout } = await run(['read', 'oficina.test', '--json', '--pages', '1'], { port })
  expect(code).toBe(0)
  const json = JSON.parse(stdout)
  expect(json).toMatchObject({ start_url: 'oficina.test', home_url: 'http://oficina.test/', ended_by: 'max_pages' })
  expect(json.pages).toHaveLength(1)
})

test('--page prints that page with its whole text; one that was not read is a sentence and the list', async () => {
  const { port } = await startSite(site)
  const found = await run(['read', 'http://oficina.test', '--page', '/contato'], { port })
  expect(found.code).toBe(0)
  expect(found.stdout).toContain('CNPJ 99.041.227/0001-42')
  expect(found.stdout).not.toContain('Venha tomar um café')
  const missing = await run(['read', 'http://oficina.test', '--page', '/blog'], { port })
  expect([missing.code, missing.stdout]).toEqual([1, ''])
  expect(missing.stderr).toContain('/blog não está entre as páginas lidas')
  expect(missing.stderr).toContain('http://oficina.test/contato')
})

test.each([
  ['that answers with an error', 'http://oficina.test/nada', 'SITE_REFUSED', 'Abra o endereço num navegador'],
  ['that robots.txt forbids', 'http://oficina.test/sobre', 'SITE_DISALLOWED', 'O dono do site'],
  ['in a private network', 'http://10.0.0.1/', 'SITE_BLOCKED', 'EGRESS_ALLOW_CIDRS'],
])('a site %s ends it with 1, the code and what to do', async (_what, url, failure, advice) => {
  const { port } = await startSite(site)
  const { code, stdout, stderr } = await run(['read', url], { port })
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(new RegExp(`^sonda: ${failure}: [^\n]*${advice}[^\n]*\n$`))
})

test('with --json a failure is JSON too', async () => {
  const { code, stdout } = await run(['read', 'http://10.0.0.1/', '--json'])
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'SITE_BLOCKED' } })
})

test('wrong usage ends it with 2 and a sentence, before anything is asked of the site', async () => {
  const { port, requests } = await startSite(site)
  const { code, stdout, stderr } = await run(['read', 'http://oficina.test', '--pags', '3'], { port })
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toBe('sonda: a opção --pags não existe. Veja sonda read --help\n')
  expect(requests).toEqual([])
})

test('a setting that cannot be used is named', async () => {
  const { code, stderr } = await run(['read', 'oficina.test'], { env: { BROWSER_WS_URL: 'localhost' } })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^sonda: BROWSER_WS_URL must be/)
})

test('the usage lists every command, and asking for it is no error', async () => {
  const asked = await run(['--help'])
  expect([asked.code, asked.stderr]).toEqual([0, ''])
  for (const name of ['read', 'migrate']) expect(asked.stdout).toMatch(new RegExp(`^ {2}sonda ${name} `, 'm'))
  for (const args of [[], ['toString']]) {
    const { code, stdout, stderr } = await run(args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(asked.stdout.trim())
  }
  expect(await run(['migrate', '--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('DATABASE_URL') })
  expect(await run(['read', '--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('--pages N') })
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s in the middle of a reading ends it at once with %i, and says so', async (signal, wanted) => {
  const silentOnContact: RequestListener = (request, response) => {
    if (request.url !== '/contato') site(request, response)
  }
  const { port, requests } = await startSite(silentOnContact)
  const { child, output, closed } = start(['read', 'http://oficina.test'], { port })
  await until('it waits for a page', () => requests.includes('oficina.test/contato'))
  const stoppedMs = performance.now()
  child.kill(signal)
  expect(await closed).toBe(wanted)
  // A page that does not answer would hold it for ten seconds.
  expect(performance.now() - stoppedMs).toBeLessThan(5_000)
  expect(output).toEqual({ stdout: '', stderr: 'sonda: interrompido; nada ficou para trás.\n' })
})

test('whoever reads the output may leave before its end', async () => {
  const { port } = await startSite(site)
  const { child, output, closed } = start(['read', 'http://oficina.test', '--text'], { port })
  child.stdout!.destroy()
  expect(await closed).toBe(0)
  expect(output.stderr).toBe('')
})
