import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { fieldOfHeader } from '../../src/api/batch/intake/csv-columns.ts'
import type { ResultRow } from '../../src/api/batch/results/results-row.ts'
import type { jobSchema } from '../../src/api/job/job-view.ts'
import { fieldsOf } from '../../src/api/request/field-errors.ts'
import { discovery } from '../../src/kinds/discovery/discovery.ts'

type Node = { id: string; name: string; type: string; parameters: Parameters; credentials?: object }
type Parameters = {
  method?: string
  httpMethod?: string
  resume?: string
  url?: string
  jsCode?: string
  jsonOutput?: string
  errorMessage?: string
  headerParameters?: { parameters: { name: string }[] }
  conditions?: { conditions: { leftValue: string }[] }
}
type Workflow = {
  id: string
  active: boolean
  nodes: Node[]
  connections: Record<string, { main: { node: string }[][] }>
}
type Job = Pick<z.input<typeof jobSchema>, 'job_id' | 'kind' | 'status' | 'error' | 'external_id' | 'input' | 'result'>

const folder = new URL('../../examples/n8n/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
const workflows = new Map(
  files.map((file) => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Workflow]),
)
const nodeOf = (file: string, name: string): Parameters =>
  workflows.get(file)!.nodes.find((node) => node.name === name)!.parameters

/** What n8n makes of `={{ … }}` for one item. */
const evaluate = (expression: string, $json: object): unknown =>
  new Function('$json', `return (${/^=\{\{(.*)\}\}$/s.exec(expression)![1]})`)($json)

describe.each([...workflows])('%s', (_file, { id, active, nodes, connections }) => {
  it('can be imported beside the others: ids of its own, unlike names, every connection to a node of it', () => {
    const names = nodes.map(({ name }) => name)
    const linked = Object.entries(connections).flatMap(([from, { main }]) => [
      from,
      ...main.flat().map(({ node }) => node),
    ])
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(nodes.map((node) => node.id)).size).toBe(names.length)
    expect(linked.filter((name) => !names.includes(name))).toEqual([])
    expect([...workflows.values()].filter((other) => other.id === id)).toHaveLength(1)
    expect(active).toBe(false)
  })

  it('holds nobody’s credentials', () => {
    expect(nodes.filter(({ credentials }) => credentials)).toEqual([])
    expect(JSON.stringify(nodes)).not.toMatch(/"value":"(Bearer|sonda_)/)
  })

  it('sends an Idempotency-Key with every POST, since n8n repeats those that fail', () => {
    const posts = nodes.filter(({ parameters }) => parameters.method === 'POST')
    const keyed = posts.filter(({ parameters }) =>
      parameters.headerParameters!.parameters.some(({ name }) => name === 'Idempotency-Key'),
    )
    expect(posts.length).toBeGreaterThan(0)
    expect(keyed).toEqual(posts)
  })
})

it('a node that waits for the callback answers POST, which is not n8n’s default', () => {
  const waiting = [...workflows.values()].flatMap(({ nodes }) =>
    nodes.filter(({ type }) => type === 'n8n-nodes-base.wait').map(({ parameters }) => parameters),
  )
  expect(waiting).toEqual([expect.objectContaining({ resume: 'webhook', httpMethod: 'POST' })])
})

it('the columns of the example sheet are among those that a batch knows', () => {
  const rows = new Function(nodeOf('planilha-em-lote.json', 'Planilha').jsCode!)() as { json: object }[]
  const headers = Object.keys(rows[0]!.json)
  const fields = headers.map((header) => fieldOfHeader(header, fieldsOf(discovery.input)))
  expect(fields).toEqual(['external_id', 'cnpj', 'nome_fantasia', 'municipio', 'uf'])
})

describe('the sheet of results', () => {
  const pending: ResultRow = {
    line: 2,
    external_id: 'A-1',
    status: 'queued',
    terminal: false,
    duplicate: false,
    job_id: '01a20616-d802-716d-b79b-8aad457e7f3d',
    input: { cnpj: '12ABC34501DE35' },
    errors: [],
    error: null,
    discovery: null,
    profile_status: null,
    profile_error: null,
    profile: null,
  }
  const columns = (row: ResultRow) =>
    evaluate(nodeOf('planilha-em-lote.json', 'Colunas da planilha').jsonOutput!, row) as Record<string, unknown>

  it('has the same columns for a line that found nothing, failed or was not valid as for one with a profile', () => {
    const claim = (value: string) => ({ value, evidence: [], confidence: 0.5 })
    const profile = {
      description: claim('Faz pão.'),
      contacts: { phones: [claim('+5541'), claim('+5542')], whatsapps: [], emails: [] },
      offerings: [{ name: 'Pão' }],
    }
    const whole = columns({ ...pending, status: 'completed', profile })
    expect(whole).toMatchObject({ Descrição: 'Faz pão.', Telefones: '+5541 | +5542', Ofertas: 'Pão' })
    for (const row of [pending, { ...pending, input: null, status: 'forgotten' } as const]) {
      expect(Object.keys(columns(row))).toEqual(Object.keys(whole))
    }
  })

  it('says why there is nothing', () => {
    const invalid = columns({
      ...pending,
      status: 'invalid',
      job_id: null,
      errors: [{ field: 'cnpj', reason: 'não vale' }],
    })
    const failed = columns({ ...pending, status: 'failed', error: { code: 'TIMEOUT', message: 'Passou do tempo.' } })
    expect([invalid.Motivo, failed.Motivo]).toEqual(['cnpj: não vale', 'Passou do tempo.'])
  })
})

describe.each(['uma-empresa.json', 'retorno-por-callback.json'])('%s, once the job has ended', (file) => {
  const job: Job = {
    job_id: 'a',
    kind: 'discovery',
    status: 'completed',
    error: null,
    external_id: null,
    input: { cnpj: '12ABC34501DE35' },
    result: { status: 'found', website: 'http://x.test/', confidence: 0.9, why_none: null, reused: null },
  }
  const profile = { job_id: 'b', kind: 'profile', status: 'completed', error: null, result: { name: 'X' } } as const
  const isGood = (answer: object) => evaluate(nodeOf(file, 'Deu certo?').conditions!.conditions[0]!.leftValue, answer)
  const last = (answer: object) => evaluate(nodeOf(file, 'Site e perfil').jsonOutput!, answer)

  it('gives website and profile, also of a discovery that was reused and has no child', () => {
    const reused = { ...job, result: { ...job.result, reused: { profile: { name: 'X' } } }, children: [] }
    for (const answer of [{ ...job, children: [profile] }, reused]) {
      expect(isGood(answer)).toBe(true)
      expect(last(answer)).toMatchObject({ website: 'http://x.test/', perfil: { name: 'X' } })
    }
  })

  it('fails with the code and the sentence of the job, or of its profile', () => {
    const error = { code: 'TIMEOUT', message: 'Passou do tempo.' }
    const failures = [
      { ...job, status: 'failed', error, children: [] },
      { ...job, children: [{ ...profile, status: 'failed', error }] },
    ]
    for (const answer of failures) {
      expect(isGood(answer)).toBe(false)
      expect(evaluate(nodeOf(file, 'Falhou').errorMessage!, answer)).toContain('TIMEOUT: Passou do tempo.')
    }
  })
})
