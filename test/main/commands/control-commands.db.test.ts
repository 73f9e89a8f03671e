import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { embeddedUrl } from '../../../src/db/embedded-url.ts'
import { discovery } from '../../../src/kinds/discovery/discovery.ts'
import type { Command } from '../../../src/main/commands/command.ts'
import { jobs } from '../../../src/main/commands/jobs.ts'
import { keys } from '../../../src/main/commands/keys.ts'
import { queues } from '../../../src/main/commands/queues.ts'
import { enqueue } from '../../../src/queue/enqueue.ts'
import { createHints } from '../../../src/queue/hints.ts'
import { apiUnderTest } from '../../api/api-under-test.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { until } from '../../support/poll.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.sql`truncate api_keys, jobs, job_tallies, paused_kinds`
  vi.stubEnv('DATABASE_URL', database.url)
})

/** What a command says and how it ends. */
async function say(command: Command, ...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []]
  const log = vi.spyOn(console, 'log').mockImplementation((text) => void out.push(`${text}\n`))
  const error = vi.spyOn(console, 'error').mockImplementation((text) => void err.push(`${text}\n`))
  try {
    return { code: await command(args), out: out.join(''), err: err.join('') }
  } finally {
    log.mockRestore()
    error.mockRestore()
  }
}

const add = async (name: string) =>
  (await enqueue(database.sql, discovery, { razao_social: name } as never, { owner: 'n8n' })).id
const fail = (id: string, code: string) => database.sql`
  update jobs set status = 'failed', finished_at = now(),
    error = ${JSON.stringify({ code, message: 'Não deu.', attempt: 3, at: '2026-11-23T12:00:00Z' })}::text::json
  where id = ${id}`
const statusOf = async (id: string) => (await database.sql`select status from jobs where id = ${id}`)[0]!.status

describe('sonda keys', () => {
  test('create prints the key alone on standard output, and the API takes it', async () => {
    const made = await say(keys, 'create', '--name', 'n8n', '--scope', 'submit,read', '--rate', '600/min')
    expect(made.code).toBe(0)
    expect(made.out).toMatch(/^sonda_[0-9A-Za-z]{43}\n$/)
    expect(made.err).toContain('Chave "n8n" criada: submit, read; 600/min.')
    const api = apiUnderTest(database.sql, { tokens: ['t'] })
    expect((await api.get('/jobs', { authorization: `Bearer ${made.out.trim()}` })).status).toBe(200)
  })

  test('list shows what there is, and no key', async () => {
    expect((await say(keys, 'list')).out).toContain('Nenhuma chave ainda')
    const { out: key } = await say(keys, 'create', '--name', 'planilha', '--scope', 'admin', '--rate', '10/s')
    const { out } = await say(keys, 'list')
    expect(out).toMatch(/^nome +começa com +escopos +limite/)
    expect(out).toContain(`planilha  ${key.slice(0, 12)}…  admin    600/min`)
    expect(out).not.toContain(key.trim())
  })

  test('a name is free again when its key is revoked, and only then', async () => {
    const create = () => say(keys, 'create', '--name', 'n8n')
    expect((await create()).code).toBe(0)
    const again = await create()
    expect([again.code, again.out]).toEqual([1, ''])
    expect(again.err).toContain('já existe uma chave "n8n"')
    expect(await say(keys, 'revoke', 'n8n')).toMatchObject({ code: 0, out: expect.stringContaining('revogada') })
    expect(await say(keys, 'revoke', 'n8n')).toMatchObject({ code: 1, err: expect.stringContaining('não há chave') })
    expect((await create()).code).toBe(0)
  })
})

test('a key without a name, or with one that does not fit, is refused with the name as it was given', async () => {
  for (const name of ['', 'a b']) {
    const { code, err } = await say(keys, 'create', '--name', name)
    expect([code, err]).toEqual([2, expect.stringContaining(`sonda: "${name}" não serve de nome`)])
  }
})

describe('sonda queues', () => {
  test('shows each queue, pauses and resumes it', async () => {
    await add('A')
    expect((await say(queues)).out).toMatch(/discovery +ativa +1 .*\nprofile +ativa +0/)
    expect(await say(queues, 'pause', 'discovery')).toMatchObject({ code: 0, out: expect.stringContaining('pausada') })
    expect((await say(queues)).out).toMatch(/discovery +pausada/)
    expect((await say(queues, 'resume', 'discovery')).out).toBe('A fila discovery voltou a andar.\n')
    expect((await say(queues)).out).toMatch(/discovery +ativa/)
  })

  test('purge asks for --yes', async () => {
    const id = await add('A')
    const refused = await say(queues, 'purge', 'discovery')
    expect([refused.code, refused.out]).toEqual([2, ''])
    expect(refused.err).toContain('--yes')
    expect(await statusOf(id)).toBe('queued')
    expect(await say(queues, 'purge', 'discovery', '--yes')).toMatchObject({
      code: 0,
      out: '1 job cancelado na fila discovery.\n',
    })
    expect(await statusOf(id)).toBe('cancelled')
  })
})

describe('sonda jobs', () => {
  const nobody = '01975f00-0000-7000-8000-000000000000'

  test('show tells how a job stands', async () => {
    const id = await add('A')
    await fail(id, 'TIMEOUT')
    const { code, out } = await say(jobs, 'show', id)
    expect(code).toBe(0)
    expect(out).toMatch(/^job +01/)
    expect(out).toMatch(/^estado +falhou$/m)
    expect(out).toMatch(/^dono +n8n$/m)
    expect(out).toMatch(/^erro +TIMEOUT: Não deu\.$/m)
    expect(JSON.parse((await say(jobs, 'show', id, '--json')).out)).toMatchObject({ id, status: 'failed' })
    expect(await say(jobs, 'show', nobody)).toMatchObject({ code: 1, err: `sonda: não há job com o id ${nobody}.\n` })
  })

  test('cancel and retry say of each job that stays why', async () => {
    const [a, b] = [await add('A'), await add('B')]
    expect(await say(jobs, 'cancel', a, b.toUpperCase())).toEqual({ code: 0, out: '2 jobs cancelados.\n', err: '' })
    await add('B')
    expect(await say(jobs, 'retry', a, b, nobody)).toEqual({
      code: 1,
      out: '1 job voltou para a fila.\n',
      err: `sonda: ${b} fica como está: já há outro job desta empresa na fila ou em execução.\nsonda: não há job com o id ${nobody}.\n`,
    })
    expect((await say(jobs, 'retry', a)).err).toBe(`sonda: ${a} fica como está: está na fila.\n`)
  })

  test('workers are told of what comes back, though the command ends at once', async () => {
    const told: string[] = []
    const hints = createHints(database.sql, false)
    const stops = await Promise.all(
      ['discovery', 'profile'].map((kind) => hints.listen(kind, () => void told.push(kind))),
    )
    const id = await add('A')
    await fail(id, 'TIMEOUT')
    for (const command of [() => say(jobs, 'retry', id), () => say(queues, 'resume', 'profile')]) {
      told.length = 0
      await command()
      await until('a hint', () => told.length > 0)
    }
    for (const { stop } of stops) await stop()
  })

  test('retry and cancel by filter', async () => {
    const [a, b] = [await add('A'), await add('B')]
    await fail(a, 'TIMEOUT')
    await fail(b, 'NO_WEBSITE')
    const { out } = await say(jobs, 'retry', '--status', 'failed', '--code', 'TIMEOUT')
    expect(out).toBe('1 job voltou para a fila.\n')
    expect([await statusOf(a), await statusOf(b)]).toEqual(['queued', 'failed'])
    expect((await say(jobs, 'cancel', '--kind', 'discovery')).out).toBe('1 job cancelado.\n')
  })
})

test.each([
  [keys, ['create'], 'falta --name'],
  [keys, ['create', '--name', 'não'], 'não serve de nome'],
  [keys, ['create', '--name', 'a', '--scope', 'write'], 'não existe o escopo "write"'],
  [keys, ['create', '--name', 'a', '--scope', ''], 'não existe o escopo ""'],
  [keys, ['create', '--name', 'a', '--rate', '600'], '--rate precisa ser como'],
  [keys, ['create', '--name', 'a', '--rate', '0/min'], '--rate precisa ser como'],
  [keys, ['create', 'a'], 'a sobra'],
  [keys, ['revoke'], 'falta o nome'],
  [keys, ['list', '--name', 'a'], 'não tem opções'],
  [keys, [], 'create, list ou revoke'],
  [keys, ['delete'], 'não existe keys delete'],
  [queues, ['stop'], 'não existe queues stop'],
  [queues, ['pause'], 'falta o nome da fila'],
  [queues, ['pause', 'x'], 'não há fila x'],
  [queues, ['pause', 'profile', '--yes'], '--yes só serve'],
  [jobs, [], 'show, cancel ou retry'],
  [jobs, ['show'], 'precisa do id'],
  [jobs, ['show', 'x'], 'x não é o id'],
  [jobs, ['retry'], 'de ids ou de filtros'],
  [jobs, ['retry', '01975f00-0000-7000-8000-000000000000', '--code', 'TIMEOUT'], 'de ids ou de filtros'],
  [jobs, ['retry', '--status', 'completed'], '--status de retry é'],
  [jobs, ['cancel', '--status', 'failed'], '--status de cancel é'],
  [jobs, ['retry', '--code', 'toString'], 'não existe o código'],
  [jobs, ['retry', '--kind', 'x'], '--kind é'],
  [jobs, ['retry', '--batch', 'x'], 'não é o id de um lote'],
])('a command written wrong ends with 2 and a sentence: %o %j', async (command, args, sentence) => {
  const { code, out, err } = await say(command, ...args)
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(sentence)
})

test.each([keys, queues, jobs])('--help is no wider than a terminal: %o', async (command) => {
  const { code, out } = await say(command, '--help')
  expect(code).toBe(0)
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

test('without a database, and with one that is away, a command says so', async () => {
  vi.stubEnv('DATABASE_URL', 'postgres://nobody@127.0.0.1:1/none')
  await expect(keys(['list'])).rejects.toThrow(/^o banco de dados não respondeu/)
  vi.stubEnv('DATABASE_URL', '')
  const empty = mkdtempSync(join(tmpdir(), 'sonda-none-'))
  onTestFinished(() => rmSync(empty, { recursive: true }))
  expect(embeddedUrl(empty)).toBeUndefined()
})
