// Imports the workflows into a real n8n, runs each against a real Sonda, and looks whether the last node has the profile.
//
//   npm ci && npx node examples/n8n/try.mjs [--world DIR] [--sonda URL [--token T] --cnpj A,B,C]
//
// Without --sonda: a Sonda of its own, on a Postgres that is thrown away, with the companies of examples/demo or of a
// world in a folder (eval/README.md). With it: the Sonda that runs there. N8N_DIR is a folder in which n8n is installed;
// without one it is installed into the temporary folder (3 GB). Ends with 1 if a workflow did not do what it should.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readWorld } from '../../eval/read-world.ts'
import { serveWorldOnDisk } from '../../eval/world-server.ts'
import { serveDemoWorld } from '../../src/main/demo/demo-world.ts'
import { withThrowAwayFleet } from '../../src/main/demo/throw-away-fleet.ts'
import { createN8n, installedN8n, n8nVersion, until } from './real-n8n.mjs'

const deadlineMs = 15 * 60_000
const executionDeadlineMs = 5 * 60_000
/** Long enough for a job to be caught and cancelled while it runs. */
const answerDelayMs = 300
const here = fileURLToPath(new URL('.', import.meta.url))

const { values } = parseArgs({
  options: {
    world: { type: 'string' },
    sonda: { type: 'string' },
    token: { type: 'string', default: '' },
    cnpj: { type: 'string' },
  },
})
const stopping = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stopping.abort())
let signal = stopping.signal
const say = (text) => console.log(text)

const home = mkdtempSync(join(tmpdir(), 'sonda-n8n-'))
let failures = 0
try {
  const dir = await installedN8n(process.env.N8N_DIR, { say, signal })
  signal = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)])
  await withSonda((sonda, cnpjs, isOurs) => tryAll(dir, sonda, cnpjs, isOurs))
} catch (error) {
  console.error(stopping.signal.aborted ? 'Interrompido.' : error)
  failures++
} finally {
  rmSync(home, { recursive: true, force: true })
}
process.exit(failures > 0 ? 1 : 0)

async function withSonda(use) {
  if (values.sonda) return use(values.sonda, (values.cnpj ?? '').split(','), false)
  const onDisk = values.world ? readWorld(values.world) : undefined
  const delays = { siteDelayMs: answerDelayMs, apiDelayMs: answerDelayMs }
  const served = onDisk ? await serveWorldOnDisk(onDisk, delays) : await serveDemoWorld({ delayMs: answerDelayMs })
  const cnpjs = onDisk
    ? onDisk.companies.flatMap(({ cnpj, site }) => (site && onDisk.sites.has(site) ? [cnpj] : []))
    : served.companies.map(({ registry }) => registry.cnpj)
  try {
    // A callback that comes before n8n waits is a try that failed, and no news here.
    const settings = { CALLBACK_ALLOW_HOSTS: '127.0.0.1', LOG_LEVEL: 'silent' }
    await withThrowAwayFleet({ name: 'n8n', worldPort: served.port, settings, signal }, (origin) =>
      use(origin, cnpjs, true),
    )
  } finally {
    await served.close()
  }
}

async function tryAll(dir, sonda, cnpjs, isOurs) {
  const n8n = await createN8n({ dir, home, signal })
  say(`n8n ${n8nVersion}, Sonda em ${sonda}, ${cnpjs.length} empresas`)
  try {
    const ids = await importExamples(n8n, sonda, cnpjs)
    if (isOurs) {
      await check('uma-empresa.json, trabalho cancelado', async () => {
        const [outcome] = await Promise.all([n8n.execute(ids['uma-empresa.json']), cancelNext(sonda)])
        if (outcome.lastNode !== 'Falhou') throw new Error(`terminou em "${outcome.lastNode}", sem falhar`)
        return `nó "Falhou": ${outcome.error}`
      })
    }
    await check('uma-empresa.json', async () => described(await n8n.execute(ids['uma-empresa.json']), 1))
    await check('uma-empresa.json, pedido errado', async () => refusalOf(await n8n.execute(ids.wrong)))
    await check(`uma-empresa.json, ${cnpjs.length} itens`, async () => {
      const outcome = await n8n.execute(ids.list)
      const answered = outcome.allItemsOf('Site e perfil').map(({ cnpj }) => cnpj)
      if (new Set(answered).size !== cnpjs.length || answered.length !== cnpjs.length)
        throw new Error(`${outcome.error ?? ''} respostas: ${answered.join(', ')}`)
      return `${answered.length} empresas distintas`
    })
    await check('planilha-em-lote.json', async () => {
      const text = described(await n8n.execute(ids['planilha-em-lote.json']), cnpjs.length)
      const rows = readFileSync(join(n8n.files, 'resultado.csv'), 'utf8').trim().split('\n')
      if (rows.length !== cnpjs.length + 1) throw new Error(`o CSV tem ${rows.length} linhas`)
      const start = `${codeOf(0)};${cnpjs[0].replace(/^(.{2})(.{3})(.{3})(.{4})(.{2})$/, '$1.$2.$3/$4-$5')};`
      if (!rows[1].startsWith(start)) throw new Error(`o CSV não começa com ${start}: ${rows[1].slice(0, 80)}`)
      return `${text}\n    CSV gravado: ${rows.length} linhas com o cabeçalho; a primeira: ${start}…`
    })
    await check('planilha-em-lote.json, arquivo que não se pode gravar', async () => {
      const outcome = await n8n.execute(ids.unwritable)
      const [warning] = outcome.allItemsOf('Arquivo não gravado')
      if (!warning) throw new Error('nada disse que o arquivo não foi gravado')
      return `${described(outcome, cnpjs.length)}\n    nó "Arquivo não gravado": ${warning.motivo}`
    })
    await check('retorno-por-callback.json', async () => {
      await n8n.start([ids['retorno-por-callback.json']])
      await n8n.callWebhook('sonda-empresa', { cnpj: cnpjs.at(-1) })
      const outcome = await n8n.lastExecution(ids['retorno-por-callback.json'], executionDeadlineMs)
      return `${described(outcome, 1)}\n    consultas ao trabalho: ${outcome.runsOf('Buscar o trabalho')}`
    })
    const [cnpj] = cnpjs
    for (const body of [{ CNPJ: cnpj }, {}, { cnpj: null }, [{ cnpj }]]) {
      await check(`retorno-por-callback.json, ${JSON.stringify(body)}`, async () => {
        await n8n.callWebhook('sonda-empresa', body)
        return refusalOf(await n8n.lastExecution(ids['retorno-por-callback.json'], executionDeadlineMs))
      })
    }
    await check('retorno-por-callback.json, várias empresas', async () =>
      refusalOf(await n8n.execute(ids.several), 'Mais de uma', 'nada foi pedido'),
    )
  } finally {
    await n8n.dispose()
  }
}

/** What a user's own sheet may have in a column of numbers. */
function codeOf(at) {
  return 1234567890123 + at
}

/**
 * The files as they are, but for what the user fills in, and beside them the same with a mistake or with another start.
 * Their ids, by file or by what is the matter with them.
 */
async function importExamples(n8n, sonda, cnpjs) {
  const folder = join(home, 'workflows')
  mkdirSync(folder)
  const ids = {}
  const put = (name, workflow) => {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(workflow))
    ids[name] = workflow.id
  }
  const filled = (file, more = {}) => {
    const workflow = JSON.parse(readFileSync(join(here, file), 'utf8'))
    // As people paste them.
    const settings = { sonda_url: `${sonda}/`, token: values.token && `Bearer ${values.token}`, ...more }
    for (const field of nodeOf(workflow, 'Configuração').parameters.assignments.assignments)
      field.value = settings[field.name] ?? field.value
    return workflow
  }
  const [one, sheet, callback] = ['uma-empresa.json', 'planilha-em-lote.json', 'retorno-por-callback.json']
  put(one, filled(one, { cnpj: cnpjs[0] }))
  put('wrong', { ...filled(one, { cnpj: '123' }), id: 'sondaTryWrong' })
  put('list', startingWith(filled(one, { cnpj: '={{ $json.cnpj }}' }), 'sondaTryList', cnpjs))

  const withRows = (workflow) => {
    const number = (cnpj) => (/^\d+$/.test(cnpj) ? Number(cnpj) : cnpj)
    const rows = cnpjs.map((cnpj, at) => ({ json: { Código: codeOf(at), CNPJ: number(cnpj) } }))
    nodeOf(workflow, 'Planilha').parameters.jsCode = `return ${JSON.stringify(rows)}`
    return workflow
  }
  put(sheet, withRows(filled(sheet, { arquivo: join(n8n.files, 'resultado.csv') })))
  put('unwritable', { ...withRows(filled(sheet)), id: 'sondaTryUnwritable' })

  put(callback, filled(callback))
  put('several', startingWith(filled(callback), 'sondaTrySeveral', cnpjs))
  await n8n.importWorkflows(folder)
  return ids
}

function nodeOf({ nodes }, name) {
  return nodes.find((node) => node.name === name)
}

/** The workflow with an item for each CNPJ in front of its configuration. */
function startingWith(workflow, id, cnpjs) {
  const jsCode = `return ${JSON.stringify(cnpjs.map((cnpj) => ({ json: { cnpj, body: { cnpj } } })))}`
  const list = {
    name: 'Lista',
    type: 'n8n-nodes-base.code',
    typeVersion: 2,
    position: [112, -96],
    parameters: { jsCode },
  }
  const to = (node) => ({ main: [[{ node, type: 'main', index: 0 }]] })
  const connections = { ...workflow.connections, 'Ao clicar em Executar': to('Lista'), Lista: to('Configuração') }
  return { ...workflow, id, nodes: [...workflow.nodes, { id: 'lista', ...list }], connections }
}

/** @throws Error unless it ended by the node that says why the request was not taken, with Sonda's own sentence */
function refusalOf({ lastNode, items, error }, expected = 'Recusado', words = 'Sonda: ') {
  if (lastNode !== expected || !error?.includes(words))
    throw new Error(`terminou em "${lastNode}": ${error ?? JSON.stringify(items).slice(0, 600)}`)
  return `nó "${lastNode}": ${error}`
}

async function check(name, attempt) {
  const startedMs = performance.now()
  try {
    const text = await attempt()
    say(`✓ ${name} (${((performance.now() - startedMs) / 1000).toFixed(1)} s)\n    ${text}`)
  } catch (error) {
    signal.throwIfAborted()
    failures++
    say(`✗ ${name}: ${error.message}`)
  }
}

/** @throws Error unless the last node has so many items, each with its website and its profile. */
function described({ lastNode, items, error }, count) {
  if (error) throw new Error(`nó "${lastNode}": ${error}`)
  if (items.length !== count) throw new Error(`nó "${lastNode}" tem ${items.length} itens, não ${count}`)
  const without = items.filter(({ website, perfil }) => !website || !perfil?.name)
  if (without.length > 0) throw new Error(`nó "${lastNode}": sem perfil: ${JSON.stringify(without).slice(0, 600)}`)
  const lines = items.map(
    ({ website, perfil }) => `${perfil.name.value}, ${website}, ${perfil.pages.length} páginas lidas`,
  )
  return [`nó "${lastNode}": ${items.length} perfil(is)`, ...lines].join('\n      ')
}

/** Cancels the first job that comes, as somebody else might. */
async function cancelNext(sonda) {
  const job = await until(executionDeadlineMs, signal, async () => {
    const { jobs } = await (await fetch(`${sonda}/jobs?limit=1`)).json()
    return jobs[0]
  })
  await fetch(`${sonda}/jobs/${job.job_id}/cancel`, { method: 'POST' })
}
