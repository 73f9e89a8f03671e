import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { normalizeCnpj } from './number.ts'
import { type Fields, flatFields, isFields } from './wire-formats.ts'

/** What the registries know about one establishment; `null` is what this one does not say. */
export type RegistryRecord = {
  cnpj: string
  razao_social: string | null
  nome_fantasia: string | null
  /** In capitals: ATIVA, BAIXADA, INAPTA, SUSPENSA, NULA. */
  situacao: string | null
  /** Seven digits. */
  cnae: string | null
  cnae_descricao: string | null
  logradouro: string | null
  numero: string | null
  bairro: string | null
  municipio: string | null
  uf: string | null
  /** Eight digits. */
  cep: string | null
  /** E.164. */
  phones: string[]
  email: string | null
  porte: string | null
  /** Reais. */
  capital_social: number | null
  /** ISO date. */
  abertura: string | null
  /** The host that said so. */
  source: string
  /** ISO time. */
  fetched_at: string
}

// The registry's own code table ("situação cadastral").
const situations: Record<string, string> = { 1: 'NULA', 2: 'ATIVA', 3: 'SUSPENSA', 4: 'INAPTA', 8: 'BAIXADA' }

/**
 * One record out of any of the wire formats: minhareceita.org's (which BrasilAPI shares), OpenCNPJ's, CNPJ.ws's and
 * ReceitaWS's. Any field but the number may be absent, null, empty or of another type. `undefined` when the answer is no
 * record of this CNPJ.
 */
export function readRegistryRecord(
  sent: unknown,
  { cnpj, source, fetchedAt }: { cnpj: string; source: string; fetchedAt: Date },
): RegistryRecord | undefined {
  if (!isFields(sent)) return undefined
  const answer = flatFields(sent)
  const said = text(answer.cnpj)
  const name = text(answer.razao_social)
  if (said ? normalizeCnpj(said.padStart(14, '0')) !== cnpj : !name) return undefined

  return {
    cnpj,
    razao_social: name,
    nome_fantasia: text(answer.nome_fantasia),
    situacao: situation(answer),
    cnae: digits(answer.cnae_fiscal ?? answer.cnae_principal, 7),
    cnae_descricao: text(answer.cnae_fiscal_descricao) ?? text(answer.cnae_principal_descricao),
    logradouro: street(answer),
    numero: text(answer.numero),
    bairro: text(answer.bairro),
    municipio: text(answer.municipio),
    uf: text(answer.uf)?.toUpperCase() ?? null,
    cep: digits(answer.cep, 8),
    phones: phones(answer),
    email: email(answer.email),
    porte: text(answer.porte) ?? text(answer.porte_empresa),
    capital_social: amount(answer.capital_social),
    abertura: date(answer.data_inicio_atividade),
    source,
    fetched_at: fetchedAt.toISOString(),
  }
}

// Postgres stores neither NUL nor half a surrogate pair. ReceitaWS writes asterisks for what it may not say.
function text(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  const said = String(value).replaceAll('\0', '').toWellFormed().replace(/\s+/g, ' ').trim()
  return /^\**$/.test(said) ? null : said
}

// Sent as a number, a code loses its leading zeros.
function digits(value: unknown, length: number): string | null {
  const found = text(value)?.replace(/\D/g, '').padStart(length, '0')
  return found?.length === length && /[1-9]/.test(found) ? found : null
}

function situation(answer: Fields): string | null {
  const said = text(answer.descricao_situacao_cadastral) ?? text(answer.situacao_cadastral)
  if (!said) return null
  return /^\d+$/.test(said) ? (situations[String(Number(said))] ?? null) : said.toUpperCase()
}

function street(answer: Fields): string | null {
  const name = text(answer.logradouro)
  const type = text(answer.descricao_tipo_de_logradouro) ?? text(answer.tipo_logradouro)
  return name && type && !name.toUpperCase().startsWith(`${type.toUpperCase()} `) ? `${type} ${name}` : name
}

function phones(answer: Fields): string[] {
  const listed = Array.isArray(answer.telefones) ? answer.telefones.filter(isFields) : []
  const written = [
    text(answer.ddd_telefone_1),
    text(answer.ddd_telefone_2),
    ...listed.filter((each) => each.is_fax !== true).map((each) => `${text(each.ddd) ?? ''}${text(each.numero) ?? ''}`),
  ]
  return [...new Set(written.map((each) => phone(each ?? '')).filter((each) => each !== undefined))]
}

function phone(written: string): string | undefined {
  // Records older than 2016 hold mobile numbers from before Anatel put a 9 in front of them all (landlines start with 2 to 5).
  const national = written
    .replace(/\D/g, '')
    .replace(/^0+/, '')
    .replace(/^(\d{2})([6-9]\d{7})$/, '$19$2')
  if (/(\d)\1{6}$/.test(national)) return undefined
  const parsed = parsePhoneNumberFromString(national, 'BR')
  return parsed?.isValid() ? parsed.number : undefined
}

// Typed by hand, once: `contato@padaria.com.br>` and `contato@padaria,com.br` are in there, and lead nowhere.
const emailForm =
  /^[^\s@<>()[\]\\|,;:"]+@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+(?:\p{L}{2,}|xn--[a-z0-9-]+)$/u
/** RFC 5321 leaves no more. */
const mostEmailLength = 254

function email(value: unknown): string | null {
  const found = text(value)?.toLowerCase()
  return found && found.length <= mostEmailLength && emailForm.test(found) ? found : null
}

// 29500, "29500.00", "29500,00" and "29.500,00" are the same amount.
function amount(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  const written = text(value)
  if (!written || !/^[\d.,]+$/.test(written)) return null
  const plain = /,\d{1,2}$/.test(written) ? written.replaceAll('.', '').replace(',', '.') : written.replaceAll(',', '')
  const found = Number(plain)
  return Number.isFinite(found) ? found : null
}

function date(value: unknown): string | null {
  const written = text(value) ?? ''
  const found = /^(\d{4})-?(\d{2})-?(\d{2})(?!\d)/.exec(written)
  const reversed = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(written)
  const iso = found ? found.slice(1, 4).join('-') : reversed ? reversed.slice(1, 4).reverse().join('-') : ''
  const parsed = new Date(`${iso}T00:00:00Z`)
  return iso && !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(iso) ? iso : null
}
