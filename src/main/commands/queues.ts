import { kinds } from '../../kinds/registry.ts'
import { pause, purge, resume } from '../../queue/control.ts'
import { getMetrics } from '../../queue/look-up.ts'
import { type Command, wrongUsageExitCode } from './command.ts'
import { withDatabase } from './command-database.ts'
import { parseCommandLine } from './command-line.ts'
import { counted } from './read/read-report.ts'
import { table } from './table.ts'

const names = kinds.map(({ name }) => name)

const help = `Uso: sonda queues
     sonda queues pause <fila>
     sonda queues resume <fila>
     sonda queues purge <fila> --yes

Mostra como está cada fila (${names.join(', ')}), ou:
  pause    nenhum job da fila começa mais; os que já estão em execução terminam
  resume   a fila volta a andar
  purge    cancela todos os jobs que esperam na fila, de todos os donos; pede
           --yes. Voltam com: sonda jobs retry --status cancelled --kind <fila>

Usa DATABASE_URL ou, sem ela, o banco que npm start roda nesta pasta.
Termina com 0 se deu certo, 1 se não, 2 se o comando foi escrito errado.`

type Request = { action: 'list' } | { action: 'pause' | 'resume' | 'purge'; kind: string }

/** Reads what stands behind `sonda queues`; `problem` is a sentence in Portuguese. */
export function parseQueuesArguments(args: string[]): Request | { problem: string } | 'help' {
  const parsed = parseCommandLine(args, { yes: { type: 'boolean' } })
  if (parsed === 'help' || 'problem' in parsed) return parsed
  const { values, words } = parsed
  const [action, kind, other] = words
  if (values.yes && action !== 'purge') return { problem: '--yes só serve para purge.' }
  if (action === undefined) return { action: 'list' }
  if (action !== 'pause' && action !== 'resume' && action !== 'purge') {
    return { problem: `não existe queues ${action}; há pause, resume e purge.` }
  }
  if (kind === undefined) return { problem: `falta o nome da fila: ${names.join(' ou ')}.` }
  if (!names.includes(kind)) return { problem: `não há fila ${kind}; as filas são ${names.join(' e ')}.` }
  if (other !== undefined) return { problem: `uma fila de cada vez; ${other} sobra.` }
  if (action === 'purge' && !values.yes) {
    return { problem: `purge cancela tudo o que espera na fila ${kind}; se é isso mesmo, repita com --yes.` }
  }
  return { action, kind }
}

/** `sonda queues`: shows how the queues stand, and pauses, resumes and purges them. */
export const queues: Command = async (args) => {
  const request = parseQueuesArguments(args)
  if (request === 'help') {
    console.log(help)
    return 0
  }
  if ('problem' in request) {
    console.error(`sonda: ${request.problem} Veja sonda queues --help`)
    return wrongUsageExitCode
  }
  if (request.action === 'list') {
    console.log(
      await withDatabase(async (pool) => shown(await Promise.all(names.map((kind) => getMetrics(pool, kind))))),
    )
    return 0
  }
  const { action, kind } = request
  console.log(
    await withDatabase(async (pool, hints) => {
      if (action === 'purge') {
        const purged = await purge(pool, kind)
        return `${counted(purged, 'job cancelado', 'jobs cancelados')} na fila ${kind}.`
      }
      if (action === 'pause') {
        await pause(pool, kind)
        return `A fila ${kind} está pausada: nada dela começa até sonda queues resume ${kind}.`
      }
      await resume(pool, kind)
      hints.send(kind)
      return `A fila ${kind} voltou a andar.`
    }),
  )
  return 0
}

const head = [
  'fila',
  'estado',
  'esperam',
  'mais tarde',
  'em execução',
  'concluídos',
  'falharam',
  'cancelados',
  'workers',
]

const shown = (all: Awaited<ReturnType<typeof getMetrics>>[]): string =>
  table(
    head,
    all.map((metrics, position) => [
      names[position]!,
      metrics.paused ? 'pausada' : 'ativa',
      metrics.queued - metrics.scheduled,
      metrics.scheduled,
      metrics.processing,
      metrics.completed,
      metrics.failed,
      metrics.cancelled,
      metrics.workers_alive,
    ]),
  )
