import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** The one that the examples were last run with. */
export const n8nVersion = '2.41.1'
const startDeadlineMs = 120_000
const stopGraceMs = 10_000
const pollMs = 250
const owner = { email: 'exemplo@example.com', firstName: 'Sonda', lastName: 'Exemplo', password: 'Exemplo12345' }

/**
 * The folder of an n8n that runs: `given`, or one in the temporary folder, installed there if it is not yet. It stays
 * there, since it is 3 GB and takes minutes.
 */
export async function installedN8n(given, { say, signal }) {
  const dir = given ?? join(tmpdir(), `sonda-n8n-${n8nVersion}`)
  if (existsSync(join(dir, '.ready')) || (given && existsSync(entryOf(dir)))) return dir
  if (given) throw new Error(`Não há n8n em ${given} (falta ${entryOf(given)}).`)
  say(`Instalando n8n ${n8nVersion} em ${dir}: 3 GB e alguns minutos. Um que já exista serve: N8N_DIR=<pasta>.`)
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'package.json'), '{ "private": true }\n')
  // Proxies and certificates are as the user's own environment has them.
  const npm = (...args) => run('npm', args, { cwd: dir, env: { ...process.env, ...systemEnv() }, signal })
  await npm('install', '--ignore-scripts', '--no-audit', '--no-fund', `n8n@${n8nVersion}`)
  // The only package whose own installation is needed: it is the database.
  await npm('rebuild', 'sqlite3')
  writeFileSync(join(dir, '.ready'), '')
  return dir
}

/**
 * An n8n with a data folder of its own, on loopback, which asks nobody on the internet for anything: `home`.
 * `dispose` ends what it started.
 */
export async function createN8n({ dir, home, signal }) {
  const [port, broker, executeBroker] = await freePorts(3)
  const origin = `http://127.0.0.1:${port}`
  const files = join(home, 'files')
  mkdirSync(files, { recursive: true })
  const env = {
    ...systemEnv(),
    HOME: home,
    N8N_USER_FOLDER: home,
    N8N_HOST: '127.0.0.1',
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_PORT: String(port),
    WEBHOOK_URL: `${origin}/`,
    N8N_SECURE_COOKIE: 'false',
    N8N_RESTRICT_FILE_ACCESS_TO: files,
    N8N_RUNNERS_BROKER_PORT: String(broker),
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_DYNAMIC_BANNERS_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    GENERIC_TIMEZONE: 'America/Sao_Paulo',
  }
  const n8n = (args, more = {}) => run(process.execPath, [entryOf(dir), ...args], { env, signal, ...more })
  let server
  let cookie
  /** The newest execution told of by now, by workflow. */
  const told = {}

  return {
    origin,
    files,

    /** Every *.json in `folder`. */
    importWorkflows: (folder) => n8n(['import:workflow', '--separate', `--input=${folder}`]),

    /** Runs a workflow from its manual trigger to its end, as the editor's button does. */
    async execute(id) {
      const besideServer = { ...env, N8N_RUNNERS_BROKER_PORT: String(executeBroker) }
      const { stdout } = await n8n(['execute', `--id=${id}`, '--rawOutput'], { env: besideServer, mayFail: true })
      // Log lines come before it, and what n8n says of a failure.
      const json = stdout.slice(stdout.search(/^\{$/m))
      return outcomeOf(JSON.parse(json.slice(0, json.search(/^\}$/m) + 1)))
    },

    /** Starts the server with these workflows published: their webhooks answer. */
    async start(ids) {
      for (const id of ids) await n8n(['publish:workflow', `--id=${id}`])
      server = spawn(process.execPath, [entryOf(dir), 'start'], { env, stdio: 'ignore', detached: true })
      await until(startDeadlineMs, signal, async () => {
        if (server.exitCode !== null) throw new Error(`n8n terminou ao iniciar (código ${server.exitCode}).`)
        return (await fetch(`${origin}/healthz/readiness`).catch(() => undefined))?.ok
      })
    },

    /** Calls a published workflow's webhook; its execution goes on afterwards. */
    async callWebhook(path, body) {
      const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      // The webhooks are registered a moment after the server is ready.
      await until(startDeadlineMs, signal, async () => (await fetch(`${origin}/webhook/${path}`, request)).ok)
    },

    /** The last execution of a workflow, once it has ended: one that was not told of before. */
    async lastExecution(id, deadlineMs) {
      cookie ??= await logIn(origin)
      const rest = async (path) => (await (await fetch(`${origin}/rest${path}`, { headers: { cookie } })).json()).data
      const filter = encodeURIComponent(JSON.stringify({ workflowId: id }))
      const ended = await until(deadlineMs, signal, async () => {
        const [last] = (await rest(`/executions?filter=${filter}`)).results
        const isNew = last && Number(last.id) > (told[id] ?? 0)
        return isNew && !['new', 'running', 'waiting'].includes(last.status) ? last : undefined
      })
      told[id] = Number(ended.id)
      const { data } = await rest(`/executions/${ended.id}`)
      const { parse } = createRequire(join(dir, 'node_modules/n8n/package.json'))('flatted')
      return outcomeOf({ data: parse(data) })
    },

    async dispose() {
      if (!server || server.exitCode !== null) return
      const gone = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      await Promise.race([gone, delay(stopGraceMs, undefined, { ref: false })])
      killGroup(server)
    },
  }
}

const entryOf = (dir) => join(dir, 'node_modules/n8n/bin/n8n')

/** Nothing of the user's own settings reaches it. Its task runner is started as `node`, which has to be this one. */
function systemEnv() {
  const { PATH = '', HOME, TMPDIR } = process.env
  const env = { PATH: `${dirname(process.execPath)}${delimiter}${PATH}`, HOME, TMPDIR }
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined))
}

/** What came out of the last node, or what ended the execution; a refusal's own words are in the description. */
function outcomeOf({ data }) {
  const { runData, lastNodeExecuted: lastNode, error } = data.resultData
  const itemsOf = (runs = []) => runs.flatMap((run) => (run.data?.main ?? []).flat().map((item) => item?.json))
  return {
    lastNode,
    items: itemsOf(runData[lastNode]?.slice(-1)),
    error: error ? [error.message, error.description].filter(Boolean).join(': ') : null,
    runsOf: (node) => runData[node]?.length ?? 0,
    allItemsOf: (node) => itemsOf(runData[node]),
  }
}

async function logIn(origin) {
  const post = (path, body) =>
    fetch(`${origin}/rest${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const response = await post('/owner/setup', owner)
  if (!response.ok) throw new Error(`n8n recusou a criação do usuário: ${response.status} ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

/**
 * Once it is gone: aborted, it is killed with what it started.
 * @throws Error with the end of what it wrote, unless it ends with 0 or `mayFail`.
 */
function run(command, args, { cwd, env, signal, mayFail = false }) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const kill = () => killGroup(child)
    signal.addEventListener('abort', kill)
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (code) => {
      signal.removeEventListener('abort', kill)
      if (signal.aborted) return reject(signal.reason)
      if (code === 0 || mayFail) return resolve({ code, stdout, stderr })
      reject(new Error(`${[command, ...args].join(' ')} terminou com ${code}:\n${`${stdout}\n${stderr}`.slice(-2000)}`))
    })
  })
}

/** It, and the task runner that n8n starts. */
function killGroup({ pid }) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}

export async function until(deadlineMs, signal, look) {
  const end = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)])
  for (;;) {
    const found = await look()
    if (found) return found
    await delay(pollMs, undefined, { signal: end })
  }
}

/** Held at the same time, so that they differ. */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer()
      return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
    }),
  )
  const ports = servers.map((server) => server.address().port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
