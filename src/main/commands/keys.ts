import { createKey, isKeyName, type KeyOptions, listKeys, revokeKey } from '../../api/access/api-keys.ts'
import { type Scope, scopes } from '../../api/access/caller.ts'
import { type Command, wrongUsageExitCode } from './command.ts'
import { withDatabase } from './command-database.ts'
import { parseCommandLine } from './command-line.ts'
import { table } from './table.ts'

const help = `Uso: sonda keys create --name <nome> [--scope submit,read] [--rate 600/min]
     sonda keys list
     sonda keys revoke <nome>

Chaves da API, para dar a cada pessoa ou programa a sua. O nome da chave fica em
cada job como dono dele; quem não tem o escopo admin só vê os próprios jobs.

Opções de create
  --name N    letras sem acento, números, ponto, hífen e sublinhado
  --scope E   submit (enviar, cancelar, repetir), read (consultar), admin (tudo,
              de todos, e as filas); vários com vírgula; sem ela, submit,read
  --rate R    requisições que cada processo da API aceita dela, como 600/min ou
              10/s; sem ela, não há limite

create mostra a chave uma única vez, na saída padrão; o banco só guarda o
SHA-256 dela. Uma chave revogada deixa de valer em até 5 segundos.

Usa DATABASE_URL ou, sem ela, o banco que npm start roda nesta pasta.
Termina com 0 se deu certo, 1 se não, 2 se o comando foi escrito errado.`

const failedExitCode = 1
const mostPerMinute = 1_000_000

type Request = { action: 'create'; key: KeyOptions } | { action: 'list' } | { action: 'revoke'; name: string }

/** Reads what stands behind `sonda keys`; `problem` is a sentence in Portuguese. */
export function parseKeysArguments(args: string[]): Request | { problem: string } | 'help' {
  const parsed = parseCommandLine(args, {
    name: { type: 'string' },
    scope: { type: 'string' },
    rate: { type: 'string' },
  })
  if (parsed === 'help' || 'problem' in parsed) return parsed
  const { values, words } = parsed
  const [action, ...rest] = words
  if (action === undefined) return { problem: 'falta dizer o que fazer: create, list ou revoke.' }
  if (action !== 'create' && action !== 'list' && action !== 'revoke') {
    return { problem: `não existe keys ${action}; há create, list e revoke.` }
  }
  if (action !== 'create' && Object.keys(values).length > 0) return { problem: `keys ${action} não tem opções.` }
  const left = action === 'revoke' ? rest.slice(1) : rest
  if (left.length > 0) return { problem: `${left[0]} sobra.` }
  if (action === 'list') return { action }
  const name = action === 'revoke' ? rest[0] : values.name
  if (name === undefined) return { problem: action === 'revoke' ? 'falta o nome da chave.' : 'falta --name.' }
  if (action === 'revoke') return { action, name }
  if (!isKeyName(name)) {
    return {
      problem: `"${name}" não serve de nome: use letras sem acento, números, ponto, hífen e sublinhado, até 63.`,
    }
  }
  const asked = new Set((values.scope ?? 'submit,read').split(',').map((scope) => scope.trim()))
  const unknown = [...asked].find((scope) => !scopes.some((known) => known === scope))
  if (unknown !== undefined) return { problem: `não existe o escopo "${unknown}"; há ${scopes.join(', ')}.` }
  const ratePerMinute = values.rate === undefined ? null : perMinute(values.rate)
  if (ratePerMinute === undefined) return { problem: '--rate precisa ser como 600/min ou 10/s.' }
  return { action, key: { name, scopes: [...asked] as Scope[], ratePerMinute } }
}

function perMinute(rate: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,6})\/(s|min)$/.exec(rate) ?? []
  const asked = Number(count) * (unit === 's' ? 60 : 1)
  return asked <= mostPerMinute ? asked : undefined
}

/** `sonda keys`: makes, lists and revokes keys of the API. */
export const keys: Command = async (args) => {
  const request = parseKeysArguments(args)
  if (request === 'help') {
    console.log(help)
    return 0
  }
  if ('problem' in request) {
    console.error(`sonda: ${request.problem} Veja sonda keys --help`)
    return wrongUsageExitCode
  }
  if (request.action === 'create') return create(request.key)
  if (request.action === 'revoke') return revoke(request.name)
  const all = await withDatabase(listKeys)
  if (all.length === 0) console.log('Nenhuma chave ainda. Crie uma com: sonda keys create --name n8n')
  else console.log(table(['nome', 'começa com', 'escopos', 'limite', 'criada em', 'revogada em'], all.map(rowOf)))
  return 0
}

async function create(options: KeyOptions): Promise<number> {
  const { name, scopes: given } = options
  const key = await withDatabase((pool) => createKey(pool, options))
  if (key === undefined) {
    console.error(
      `sonda: já existe uma chave "${name}"; revogue-a antes (sonda keys revoke ${name}) ou use outro nome.`,
    )
    return failedExitCode
  }
  // The key alone goes to standard output, so that a script can keep it.
  console.error(`Chave "${name}" criada: ${given.join(', ')}; ${limitOf(options)}.`)
  console.error('Guarde-a agora, ela não é mostrada de novo. Envie "Authorization: Bearer <chave>".')
  console.log(key)
  return 0
}

async function revoke(name: string): Promise<number> {
  if (await withDatabase((pool) => revokeKey(pool, name))) {
    console.log(`Chave "${name}" revogada; ela deixa de valer em até 5 segundos. Os jobs dela ficam.`)
    return 0
  }
  console.error(`sonda: não há chave "${name}" em uso. Veja sonda keys list`)
  return failedExitCode
}

const limitOf = ({ ratePerMinute }: Pick<KeyOptions, 'ratePerMinute'>): string =>
  ratePerMinute === null ? 'sem limite' : `${ratePerMinute.toLocaleString('pt-BR')}/min`

const minuteOf = (time: Date | null) => time?.toISOString().slice(0, 16).replace('T', ' ') ?? '-'

const rowOf = (key: Awaited<ReturnType<typeof listKeys>>[number]): string[] => [
  key.name,
  `${key.prefix}…`,
  key.scopes.join(','),
  limitOf(key),
  minuteOf(key.createdAt),
  minuteOf(key.revokedAt),
]
