import { type FailureCode, failureCodes } from '../../errors.ts'
import { kinds } from '../../kinds/registry.ts'
import { parseCommandLine } from './command-line.ts'

type Filter = { status?: string; kind?: string; code?: FailureCode; batch?: string }

export type JobsRequest =
  | { action: 'show'; id: string; asJson: boolean }
  | { action: 'cancel' | 'retry'; ids: string[] }
  | { action: 'cancel' | 'retry'; filter: Filter }

const names = kinds.map(({ name }) => name)
const statuses = { cancel: ['queued', 'running'], retry: ['failed', 'cancelled'] }
const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i

export const jobsHelp = `Uso: sonda jobs show <id> [--json]
     sonda jobs cancel <id>... | <filtros>
     sonda jobs retry <id>... | <filtros>

  show     mostra um job: como está, o último erro, os jobs que ele gerou
  cancel   cancela jobs na fila ou em execução
  retry    põe jobs que falharam ou foram cancelados de volta na fila, com todas
           as tentativas; um job cuja empresa já tem outro vivo fica como está

  sonda jobs retry --status failed --code SITE_UNREACHABLE
  sonda jobs cancel --batch 01a20616-d802-716d-b79b-8aad457e7f3d

Filtros (valem juntos)
  --status S   retry: failed (sem ela) ou cancelled; cancel: queued ou running
  --kind K     ${names.join(' ou ')}
  --code C     o código do último erro, como TIMEOUT (docs/errors.md)
  --batch B    o id de um lote

Usa DATABASE_URL ou, sem ela, o banco que npm start roda nesta pasta.
Termina com 0 se deu certo, 1 se não, 2 se o comando foi escrito errado.`

/** Reads what stands behind `sonda jobs`; `problem` is a sentence in Portuguese. */
export function parseJobsArguments(args: string[]): JobsRequest | { problem: string } | 'help' {
  const parsed = parseCommandLine(args, {
    status: { type: 'string' },
    kind: { type: 'string' },
    code: { type: 'string' },
    batch: { type: 'string' },
    json: { type: 'boolean' },
  })
  if (parsed === 'help' || 'problem' in parsed) return parsed
  const { json, ...filter } = parsed.values
  const [action, ...ids] = parsed.words
  if (action === undefined) return { problem: 'falta dizer o que fazer: show, cancel ou retry.' }
  if (action !== 'show' && action !== 'cancel' && action !== 'retry') {
    return { problem: `não existe jobs ${action}; há show, cancel e retry.` }
  }
  const wrong = ids.find((id) => !uuid.test(id))
  if (wrong !== undefined) return { problem: `${wrong} não é o id de um job.` }
  const isFiltered = Object.keys(filter).length > 0
  if (action === 'show') {
    if (ids.length !== 1 || isFiltered) return { problem: 'show precisa do id de um job, e de nada mais.' }
    return { action, id: ids[0]!, asJson: json === true }
  }
  if (json) return { problem: '--json só serve para show.' }
  if (ids.length > 0 === isFiltered) return { problem: `${action} precisa de ids ou de filtros, e não dos dois.` }
  if (!isFiltered) return { action, ids }
  const { status, kind, code, batch } = filter
  if (status !== undefined && !statuses[action].includes(status)) {
    return { problem: `--status de ${action} é ${statuses[action].join(' ou ')}.` }
  }
  if (kind !== undefined && !names.includes(kind)) return { problem: `--kind é ${names.join(' ou ')}.` }
  if (code !== undefined && !Object.hasOwn(failureCodes, code)) return { problem: `não existe o código ${code}.` }
  if (batch !== undefined && !uuid.test(batch)) return { problem: `${batch} não é o id de um lote.` }
  return { action, filter: filter as Filter }
}
