// Measures how often the right website is found, and never a wrong one, over a world of companies whose truth is known.
//
//   npm run eval -- [--world DIR] [--serp-delay-ms 0] [--site-delay-ms 0] [--no-profiles] [--llm] [--json]
//   npm run eval -- --speed [SECONDS] [--world DIR] [--serp-delay-ms 300] [--site-delay-ms 100]
//
// Ends with 1 if a wrong website was found or a company got no answer, and with 2 if the command or the world was wrong.

import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { withThrowAwayFleet } from '../src/main/demo/throw-away-fleet.ts'
import { evaluate } from './evaluate.ts'
import { measureSpeed, speedText } from './measure-speed.ts'
import { readWorld, type WorldOnDisk } from './read-world.ts'
import { profileLines, profileTable, qualityTable, wrongLines } from './report.ts'
import { isPassed, qualityOf } from './score.ts'
import { type EvaluatedWorld, serveWorldOnDisk } from './world-server.ts'

/** A site that does not answer is asked again for a minute and more; a company of a large world takes a second or two. */
const leastDeadlineMs = 5 * 60_000
const perCompanyMs = 5_000
const defaultSpeedSeconds = '30'
/** Wherever a page or a search points to: nothing but the world is reached. */
const outside = ['com', 'br', 'net', 'org', 'biz', 'ee', 'io', 'app', 'site', 'page', 'me', 'ly', 'dev', 'co']

const { values, positionals } = readArguments()
if (positionals.length > (values.speed ? 1 : 0)) refuse(`What is ${positionals.at(-1)} to mean? See eval/README.md.`)
const world = worldOrExit()
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stopping.abort())
const speedMs = values.speed ? 1000 * wholeNumber('The number of seconds', positionals[0] ?? defaultSpeedSeconds) : 0
const deadlineMs = Math.max(leastDeadlineMs, world.companies.length * perCompanyMs) + speedMs
const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(deadlineMs)])

const served = await serveWorldOnDisk(world, {
  siteDelayMs: milliseconds('site-delay-ms', values.speed ? 100 : 0),
  apiDelayMs: milliseconds('serp-delay-ms', values.speed ? 300 : 0),
})
try {
  process.exitCode = values.speed ? await speed(served) : await quality(served)
} catch (error) {
  console.error(`The evaluation did not finish: ${(error as Error).message}`)
  process.exitCode = 1
} finally {
  await served.close()
}

async function quality({ port, strangers }: EvaluatedWorld): Promise<number> {
  const startedMs = performance.now()
  const settings = { ...egress(port), ...(values.llm ? llmSettings() : {}) }
  const all = await withThrowAwayFleet({ name: 'eval', worldPort: port, settings, signal }, (origin) =>
    evaluate(origin, world, { wantsProfiles: !values['no-profiles'], signal, onProgress: showProgress }),
  )
  const result = qualityOf(all)
  const seconds = Number(((performance.now() - startedMs) / 1000).toFixed(1))
  if (values.json) {
    console.log(JSON.stringify({ ...result, seconds, companies: all }, null, 2))
  } else {
    const parts = [
      wrongLines(all).join('\n'),
      profileLines(all).join('\n'),
      qualityTable(result),
      profileTable(all),
      strangers.size > 0 ? `asked for outside the world, and not reached: ${[...strangers].join(', ')}` : null,
      `${all.length} companies in ${seconds} s: ${isPassed(result) ? 'nothing wrong was found' : 'FAILED'}`,
    ]
    console.log(parts.filter(Boolean).join('\n\n'))
  }
  return isPassed(result) ? 0 : 1
}

async function speed({ port }: EvaluatedWorld): Promise<number> {
  const settings = { ...egress(port), SEARCH_CACHE_DAYS: '0', REGISTRY_CACHE_DAYS: '0' }
  const cnpjs = world.companies.map(({ cnpj }) => cnpj)
  const measured = await withThrowAwayFleet({ name: 'eval', worldPort: port, settings, signal }, (origin) =>
    measureSpeed(origin, cnpjs, { windowMs: speedMs, signal }),
  )
  console.log(`${measured.companies} discoveries in ${measured.seconds.toFixed(1)} s: ${speedText(measured)}`)
  return 0
}

function egress(port: number): Record<string, string> {
  return { EGRESS_CONNECT_TO: ['test', ...outside].map((suffix) => `*.${suffix}=127.0.0.1:${port}`).join(',') }
}

/** The model that close calls are put to, and profiles are written by, is the user's own. */
function llmSettings(): Record<string, string> {
  const names = ['LLM_URL', 'MODEL_NAME', 'LLM_API_KEY']
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
}

let shown = -1
function showProgress(ended: number): void {
  if (!process.stderr.isTTY || ended === shown) return
  shown = ended
  process.stderr.write(`\r${ended} of ${world.companies.length} ${ended === world.companies.length ? '\n' : ''}`)
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        world: { type: 'string', default: fileURLToPath(new URL('./world', import.meta.url)) },
        'serp-delay-ms': { type: 'string' },
        'site-delay-ms': { type: 'string' },
        speed: { type: 'boolean', default: false },
        'no-profiles': { type: 'boolean', default: false },
        llm: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    return refuse((error as Error).message)
  }
}

function worldOrExit(): WorldOnDisk {
  try {
    return readWorld(resolve(values.world))
  } catch (error) {
    return refuse((error as Error).message)
  }
}

function milliseconds(name: 'serp-delay-ms' | 'site-delay-ms', byDefault: number): number {
  return wholeNumber(`--${name}`, values[name] ?? String(byDefault))
}

function wholeNumber(what: string, text: string): number {
  return /^\d{1,6}$/.test(text) ? Number(text) : refuse(`${what} must be a whole number, not ${text}.`)
}

function refuse(why: string): never {
  console.error(why)
  process.exit(2)
}
