import { cnpjText } from '../../../kinds/cnpj-text.ts'
import type { ResultRow } from './results-row.ts'

/** What stands in a cell; null: nothing. A text has one line. */
export type Cell = string | number | null

type Column = {
  header: string
  /** In Excel, in characters. */
  width: number
  cell(row: ResultRow, facts: Facts): Cell | undefined
}

/** What the columns take from more than one place, worked out once a row. */
type Facts = { input: Fields; registry: Fields; profile: Fields; socials: string[] }
type Fields = Record<string, unknown>

const statuses: Record<ResultRow['status'], string> = {
  invalid: 'inválida',
  queued: 'na fila',
  running: 'em andamento',
  completed: 'concluído',
  failed: 'falhou',
  cancelled: 'cancelado',
  forgotten: 'apagado',
}
const discoveries: Record<string, string> = { found: 'encontrado', none: 'não encontrado', ambiguous: 'incerto' }
const models: Record<string, string> = { B2B: 'B2B', B2C: 'B2C', both: 'B2B e B2C' }

const asked =
  (...names: string[]) =>
  (_row: ResultRow, { input, registry }: Facts) =>
    texts([...names.map((name) => input[name]), ...names.map((name) => registry[name])])[0]
const registered =
  (name: string) =>
  (_row: ResultRow, { registry }: Facts) =>
    list(registry[name])
const said =
  (name: string) =>
  (_row: ResultRow, { profile }: Facts) =>
    list(profile[name])
const contact =
  (name: string, write = (value: string) => value) =>
  (_row: ResultRow, { profile }: Facts) =>
    joined(texts(fieldsOf(profile.contacts)[name]).map(write))
const social =
  (...hosts: string[]) =>
  (_row: ResultRow, { socials }: Facts) =>
    joined(socials.filter((url) => hosts.includes(hostOf(url))))

const socialHosts = {
  instagram: ['instagram.com'],
  facebook: ['facebook.com', 'fb.com'],
  linkedin: ['linkedin.com', 'br.linkedin.com'],
}
const knownHosts = Object.values(socialHosts).flat()

/** The columns of a sheet of results. People build on them: new ones go to the end, and none is renamed. */
export const columns: readonly Column[] = [
  { header: 'linha', width: 7, cell: ({ line }) => line },
  { header: 'id externo', width: 14, cell: ({ external_id }) => external_id },
  { header: 'cnpj', width: 20, cell: (_row, { input, registry }) => cnpjCell(input.cnpj ?? registry.cnpj) },
  { header: 'razão social', width: 36, cell: asked('razao_social') },
  { header: 'nome fantasia', width: 30, cell: asked('nome_fantasia') },
  { header: 'município', width: 18, cell: asked('municipio') },
  { header: 'uf', width: 5, cell: asked('uf') },
  { header: 'situação do pedido', width: 16, cell: ({ status }) => statuses[status] },
  { header: 'repetida', width: 9, cell: ({ duplicate }) => (duplicate ? 'sim' : null) },
  { header: 'erro', width: 30, cell: errorText },
  { header: 'resultado da busca', width: 16, cell: ({ discovery }) => discoveries[discovery?.status ?? ''] },
  { header: 'site', width: 34, cell: ({ discovery }, { profile }) => discovery?.website ?? text(profile.website) },
  { header: 'confiança (%)', width: 12, cell: ({ discovery }) => percent(discovery?.confidence) },
  { header: 'motivo', width: 30, cell: ({ discovery }) => discovery?.why_none },
  { header: 'avisos', width: 30, cell: ({ discovery }) => joined(discovery?.warnings.map(({ message }) => message)) },
  { header: 'situação cadastral', width: 12, cell: registered('situacao') },
  { header: 'atividade principal', width: 34, cell: registered('cnae_descricao') },
  { header: 'abertura', width: 12, cell: registered('abertura') },
  { header: 'porte', width: 16, cell: registered('porte') },
  {
    header: 'telefones do cadastro',
    width: 20,
    cell: (_row, { registry }) => joined(texts(registry.phones).map(phoneText)),
  },
  { header: 'e-mail do cadastro', width: 26, cell: registered('email') },
  {
    header: 'situação do perfil',
    width: 16,
    cell: ({ profile_status }) => profile_status && statuses[profile_status],
  },
  { header: 'nome no site', width: 26, cell: said('name') },
  { header: 'o que faz', width: 60, cell: said('description') },
  { header: 'setor', width: 24, cell: said('sector') },
  {
    header: 'modelo de negócio',
    width: 12,
    cell: (_row, { profile }) => models[texts(profile.business_model)[0] ?? ''],
  },
  { header: 'ofertas', width: 50, cell: said('offerings') },
  { header: 'segmentos', width: 30, cell: said('segments') },
  { header: 'diferenciais', width: 30, cell: said('differentiators') },
  { header: 'certificações', width: 20, cell: said('certifications') },
  { header: 'marcas', width: 24, cell: said('brands') },
  { header: 'clientes', width: 30, cell: said('clients') },
  { header: 'endereços', width: 40, cell: said('locations') },
  { header: 'telefones', width: 20, cell: contact('phones', phoneText) },
  { header: 'whatsapp', width: 18, cell: contact('whatsapps', phoneText) },
  { header: 'e-mails', width: 26, cell: contact('emails') },
  { header: 'instagram', width: 26, cell: social(...socialHosts.instagram) },
  { header: 'facebook', width: 26, cell: social(...socialHosts.facebook) },
  { header: 'linkedin', width: 26, cell: social(...socialHosts.linkedin) },
  {
    header: 'outras redes',
    width: 26,
    cell: (_row, { socials }) => joined(socials.filter((url) => !knownHosts.includes(hostOf(url)))),
  },
  { header: 'ano de fundação', width: 9, cell: (_row, { profile }) => number(fieldsOf(profile.year_founded).value) },
  { header: 'tamanho declarado', width: 24, cell: said('size_claimed') },
  { header: 'job', width: 38, cell: ({ job_id }) => job_id },
]

/** A line's cells, in the order of the columns. */
export function cellsOf(row: ResultRow): Cell[] {
  const profile = fieldsOf(row.profile)
  const socials = [...texts(fieldsOf(profile.contacts).socials), ...texts(row.discovery?.socials)]
  const facts: Facts = {
    input: fieldsOf(row.input),
    registry: fieldsOf(row.discovery?.registry),
    profile,
    socials: [...new Set(socials)],
  }
  return columns.map(({ cell }) => {
    const value = cell(row, facts) ?? null
    return typeof value === 'string' ? oneLine(value) : value
  })
}

/** Line breaks are what breaks other people's readers of CSV. */
const oneLine = (value: string): string => value.replace(/\s*[\r\n\u2028\u2029]\s*/g, ' ')

function errorText({ errors, error, profile_error }: ResultRow): string | null {
  return joined([
    ...errors.map(({ field, reason }) => (field ? `${field}: ${reason}` : reason)),
    ...(error ? [`${error.code}: ${error.message}`] : []),
    ...(profile_error ? [`perfil: ${profile_error.code}: ${profile_error.message}`] : []),
  ])
}

/** With its punctuation, so that no spreadsheet takes it for a number and drops its zeros. */
function cnpjCell(given: unknown): string | null {
  const cnpj = text(given)
  return cnpj === null ? null : cnpjText(cnpj)
}

/**
 * A number in E.164 as one reads it in Brazil, `(41) 3232-4455`, which no spreadsheet takes for a formula or a sum; one of
 * another country stays as it is. 0800 and its like have no area, 4004 and its like eight digits alone.
 */
function phoneText(phone: string): string {
  const [, free, middle, end] = /^\+55([3589]00)(\d{3})(\d{4})$/.exec(phone) ?? []
  if (free) return `0${free} ${middle} ${end}`
  const [, area, first, last] = /^\+55([1-9]{2})?(\d{4,5})(\d{4})$/.exec(phone) ?? []
  return first ? `${area ? `(${area}) ` : ''}${first}-${last}` : phone
}

const percent = (share: number | null | undefined): number | null =>
  typeof share === 'number' ? Math.round(share * 100) : null
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)
const text = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null)
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {})
const joined = (values: readonly string[] | undefined): string | null => (values?.length ? values.join(' | ') : null)
const list = (value: unknown): string | null => joined(texts(value))

/** The texts of a value, of a list of them, or of a profile's claims and offerings. */
function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(texts)
  if (typeof value === 'number') return [String(value)]
  if (typeof value === 'string') return value.trim() === '' ? [] : [value]
  const { value: claimed, name } = fieldsOf(value)
  return claimed === undefined && name === undefined ? [] : texts(claimed ?? name)
}

const hostOf = (url: string): string => URL.parse(url)?.hostname.replace(/^www\./, '') ?? ''
