import { setTimeout as delay } from 'node:timers/promises'
import type { CompanyProfile } from '../kinds/profile/company-profile.ts'
import { type Bar, createProgressBars } from './commands/progress-bars.ts'
import { lookOf, oneLine, paint } from './commands/terminal.ts'
import { type CompanyJobs, followCompanies } from './demo/demo-jobs.ts'
import { type DemoWorld, serveDemoWorld } from './demo/demo-world.ts'
import { type FoundWebsite, profileText } from './demo/profile-text.ts'
import { withThrowAwayFleet } from './demo/throw-away-fleet.ts'

/** Long enough to see the bars move; a real website takes longer. */
const answerDelayMs = 300
const deadlineMs = 90_000
/** `npm run` passes a Ctrl-C on that the terminal has sent us already; only a later one is meant as a second. */
const sameSignalMs = 1_000
/** What a shell makes of a process that a signal ended. */
const signalExitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

const out = process.stdout
const look = lookOf(out, process.env)
const say = (text: string) => out.write(`${text}\n`)
const startedMs = performance.now()
const seconds = (sinceMs: number) =>
  ((performance.now() - sinceMs) / 1000).toLocaleString('pt-BR', { maximumFractionDigits: 1 })

const bars = createProgressBars(out, process.env)
process.on('exit', () => bars.close())

const stopping = new AbortController()
let exitCode: number | undefined
let signalledMs = 0
for (const [signal, code] of Object.entries(signalExitCodes)) {
  process.on(signal, () => {
    // Whatever is still running ends with this process.
    if (exitCode !== undefined && performance.now() - signalledMs > sameSignalMs) process.exit(code)
    if (exitCode !== undefined) return
    exitCode = code
    signalledMs = performance.now()
    bars.close()
    say('\nParando …')
    stopping.abort()
  })
}
// Whoever read the output is gone, as in `npm run demo | head`.
out.on('error', () => {
  exitCode ??= 1
  stopping.abort()
})
const deadline = AbortSignal.timeout(deadlineMs)

let failure: Error | undefined
try {
  await withWorld(AbortSignal.any([stopping.signal, deadline]))
} catch (error) {
  // A signal that came while the process was busy is told only now.
  await delay(50)
  failure = error as Error
}
bars.close()
if (exitCode !== undefined) {
  say('Demonstração interrompida; nada ficou para trás.')
} else if (failure) {
  const why = deadline.aborted ? `não terminou em ${deadlineMs / 1000} s.` : failure.message
  console.error(`sonda: a demonstração falhou: ${why}`)
  exitCode = 1
}
process.exit(exitCode ?? 0)

async function withWorld(signal: AbortSignal) {
  say(paint('bold', 'Sonda: três empresas inventadas, do CNPJ ao perfil. Sem chave e sem internet.', look))
  const world = await serveDemoWorld({ delayMs: answerDelayMs })
  try {
    say('Iniciando um Postgres descartável, a API e um worker de cada tipo …')
    const launchedMs = performance.now()
    await withThrowAwayFleet({ name: 'demo', worldPort: world.port, signal }, async (origin) => {
      say(`No ar em ${seconds(launchedMs)} s.\n`)
      await demonstrate(world, origin, signal)
    })
  } finally {
    await world.close()
  }
  signal.throwIfAborted()
  say('')
  say(`Três perfis em ${seconds(startedMs)} s. Agora com as suas empresas: npm start`)
}

async function demonstrate({ companies }: DemoWorld, origin: string, signal: AbortSignal) {
  const asked = companies.map(({ brand, registry }) => ({ name: brand, cnpj: registry.cnpj }))
  const draw = (states: Bar[]) => {
    if (!signal.aborted) bars.update(states)
  }
  const followed = await followCompanies(origin, asked, { signal, onProgress: draw })
  bars.close()
  for (const { name, discovery, profile } of followed) {
    if (profile?.status !== 'completed') continue
    say('')
    say(profileText(name, discovery.result as FoundWebsite, profile.result as CompanyProfile, look))
  }
  const unfinished = followed.filter(({ profile }) => profile?.status !== 'completed')
  if (unfinished.length > 0) throw new Error(`sem perfil: ${unfinished.map(nameAndReason).join('; ')}.`)
}

const nameAndReason = ({ name, bar }: CompanyJobs) => `${name} (${oneLine(bar.message)})`
