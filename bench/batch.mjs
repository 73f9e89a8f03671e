import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { forked } from './harness/forked.mjs'
import { verdict } from './harness/report.mjs'
import { median, percentile } from './harness/statistics.mjs'

const lines = 50_000
const invalid = 500
const duplicates = 200
const most = { seconds: 10, mebibytes: 150, healthzMs: 20 }
const settleMs = 3_000
/** Between two looks at /healthz. */
const gapMs = 5
const pieceBytes = 64 * 1024
const header = 'ID;CNPJ da empresa;Razão Social;Cidade;UF;Site;Telefone'

/**
 * A CSV of 50,000 companies sent to the API process that runs in production, whose report must then be exact line by
 * line; meanwhile /healthz is asked again and again. Each run has a process and a database of its own.
 */
export async function measure({ server, runs, isQuick }) {
  const title = `A CSV of ${lines.toLocaleString('en-US')} lines, ${invalid} of them invalid and ${duplicates} twice`
  const columns = ['', 'measured', 'wanted', '']
  if (!existsSync('/proc/self/status')) {
    return [{ title, columns, rows: [['', 'skipped: this system has no /proc', '', '']] }]
  }
  const measured = []
  for (let run = 0; run < (isQuick ? 1 : runs); run++) measured.push(await upload(server, run))
  const of = (name) => measured.map((each) => each[name])
  const seconds = median(of('seconds'))
  const peak = Math.max(...of('peakMebibytes'))
  const p99 = median(of('healthzP99Ms'))
  return [
    {
      title,
      columns,
      rows: [
        [
          'from the first byte to the 202',
          `${seconds.toFixed(2)} s`,
          `< ${most.seconds} s`,
          verdict(seconds < most.seconds),
        ],
        [
          'API process, most ever resident',
          `${peak.toFixed(0)} MiB`,
          `< ${most.mebibytes} MiB`,
          verdict(peak < most.mebibytes),
        ],
        ['API process before', `${Math.max(...of('idleMebibytes')).toFixed(0)} MiB`, '', ''],
        ['/healthz meanwhile, p99', `${p99.toFixed(1)} ms`, `< ${most.healthzMs} ms`, verdict(p99 < most.healthzMs)],
        ['/healthz meanwhile, longest', `${Math.max(...of('healthzLongestMs')).toFixed(1)} ms`, '', ''],
        ['report', 'exact', 'exact', verdict(true)],
      ],
      note: `${(measured[0].bytes / 1e6).toFixed(1)} MB in Windows-1252; ${measured[0].looks} looks at /healthz in the first run. The report of every line is compared.`,
    },
  ]
}

async function upload(server, run) {
  const name = `batch_${run}`
  const url = await server.createDatabase(name, { isMigrated: true })
  const api = forked(new URL('../dist/main/api.js', import.meta.url), {
    env: { DATABASE_URL: url, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'warn', API_ACCESS_TOKEN: '' },
  })
  try {
    const { listening: port } = await api.next()
    const origin = `http://127.0.0.1:${port}`
    const { bytes, expected } = makeSheet(run)
    await wait(settleMs)
    const idleMebibytes = mebibytes(api.pid, 'VmRSS')
    const looking = look(`${origin}/healthz`)
    const startedMs = performance.now()
    const answer = await post(`${origin}/v2/batches`, bytes)
    const seconds = (performance.now() - startedMs) / 1_000
    const healthz = await looking.stop()
    const peakMebibytes = mebibytes(api.pid, 'VmHWM')
    const told = { lines, accepted: lines - invalid - duplicates, duplicates, invalid }
    for (const [field, count] of Object.entries(told)) {
      if (answer[field] !== count) throw new Error(`${field} is ${answer[field]}, not ${count}`)
    }
    await compare(answer.report_url, expected)
    return {
      bytes: bytes.length,
      seconds,
      idleMebibytes,
      peakMebibytes,
      looks: healthz.length,
      healthzP99Ms: percentile(healthz, 99),
      healthzLongestMs: Math.max(...healthz),
    }
  } finally {
    api.kill()
    await server.dropDatabase(name)
  }
}

/** The sheet, and what is to become of each of its lines. */
function makeSheet(run) {
  const rows = [header]
  const expected = []
  for (let n = 0; n < lines; n++) {
    const isInvalid = n % 100 === 50
    const isDuplicate = n % 250 === 249
    // Twice in the sheet is a company of which the second line says the same, but for its name.
    const company = isDuplicate ? n - 1 : n
    const cnpj = isInvalid ? '11.222.333/0001-99' : cnpjOf(run * lines + company)
    rows.push(
      `${n};${cnpj};Comércio de Pães Nº ${n} Ltda;São José dos Pinhais;PR;www.exemplo-${company}.com.br;(41) 3333-0000`,
    )
    // The header is row 1.
    expected.push([n + 2, String(n), isInvalid ? 'invalid' : isDuplicate ? 'duplicate' : 'accepted'].join())
  }
  return { bytes: Buffer.from(`${rows.join('\r\n')}\r\n`, 'latin1'), expected }
}

const weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]

function cnpjOf(n) {
  const digits = [...`${String(n + 1).padStart(8, '0')}0001`].map(Number)
  for (const length of [12, 13]) {
    const sum = digits.reduce((all, digit, index) => all + digit * weights[weights.length - length + index], 0)
    digits.push(sum % 11 < 2 ? 0 : 11 - (sum % 11))
  }
  return digits.join('')
}

/** In pieces, with no length told before, as a program sends what it reads from a disk. */
async function post(url, bytes) {
  const { promise, resolve, reject } = Promise.withResolvers()
  const sent = request(url, { method: 'POST', headers: { 'content-type': 'text/csv' } }, resolve)
  sent.on('error', reject)
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_each, n) =>
    bytes.subarray(n * pieceBytes, (n + 1) * pieceBytes),
  )
  await pipeline(Readable.from(pieces), sent)
  const response = await promise
  const text = await response.setEncoding('utf8').toArray()
  if (response.statusCode !== 202) throw new Error(`POST answered ${response.statusCode}: ${text.join('')}`)
  return JSON.parse(text.join(''))
}

/** How long each of many requests took, in ms. */
function look(url) {
  const times = []
  let isOver = false
  const all = (async () => {
    while (!isOver) {
      const startedMs = performance.now()
      const response = await fetch(url)
      await response.text()
      times.push(performance.now() - startedMs)
      await wait(gapMs)
    }
  })()
  return {
    async stop() {
      isOver = true
      await all
      return times
    },
  }
}

async function compare(url, expected) {
  const text = await (await fetch(`${url}?format=ndjson`)).text()
  const found = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const wrong = found.filter(({ line, external_id: id, status }, n) => [line, id, status].join() !== expected[n])
  const unexplained = found.filter(({ status, errors }) => (status === 'invalid') !== errors.length > 0)
  if (found.length !== expected.length || wrong.length > 0 || unexplained.length > 0) {
    throw new Error(`${found.length} lines are reported, of which ${wrong.length} wrongly: ${JSON.stringify(wrong[0])}`)
  }
}

const mebibytes = (pid, name) =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024
