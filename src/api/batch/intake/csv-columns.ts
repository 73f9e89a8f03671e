import { BatchRefused } from './batch-refused.ts'

/** What people call the columns of their sheets, in small letters without accents, spaces and signs. */
const otherNames: Record<string, readonly string[]> = {
  cnpj: [
    'cnpjdaempresa',
    'cnpjempresa',
    'cnpjcompleto',
    'cnpjdocliente',
    'cnpjcliente',
    'cnpjdofornecedor',
    'cnpjcpf',
    'cpfcnpj',
    'numerodocnpj',
    'numerocnpj',
    'nocnpj',
    'ncnpj',
    'nrcnpj',
    'taxid',
  ],
  razao_social: ['razao', 'razaosocialdaempresa', 'nomeempresarial', 'companyname', 'legalname', 'corporatename'],
  nome_fantasia: [
    'fantasia',
    'nome',
    'nomedaempresa',
    'nomeempresa',
    'empresa',
    'nomecomercial',
    'name',
    'company',
    'tradename',
    'tradingname',
    'brand',
  ],
  municipio: ['cidade', 'municipiodaempresa', 'cidadedaempresa', 'city', 'town'],
  uf: ['estado', 'estadouf', 'ufestado', 'siglauf', 'state'],
  website: [
    'site',
    'web',
    'url',
    'link',
    'pagina',
    'paginaweb',
    'homepage',
    'dominio',
    'domain',
    'sitedaempresa',
    'siteempresa',
    'siteoficial',
    'sitio',
    'enderecodosite',
    'urldosite',
    'websiteurl',
  ],
  external_id: [
    'id',
    'idexterno',
    'codigo',
    'cod',
    'codigointerno',
    'codigodocliente',
    'codcliente',
    'codigocliente',
    'idcliente',
    'ref',
    'referencia',
    'reference',
    'chave',
    'key',
  ],
  profile: ['perfil', 'comperfil', 'gerarperfil', 'montarperfil', 'withprofile'],
  max_age: ['idademaxima', 'maxage', 'maxagedays', 'validade', 'validadedias', 'validadeemdias'],
  job_id: ['job', 'idjob', 'iddojob', 'discoveryid', 'discoveryjobid'],
}

/** A header's text as columns are told by. */
const plain = (header: string): string =>
  header
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')

/** The field that a column's header means, among those of a kind. */
export function fieldOfHeader(header: string, fields: readonly string[]): string | undefined {
  const name = plain(header)
  return name === '' ? undefined : fields.find((field) => plain(field) === name || otherNames[field]?.includes(name))
}

/** For each column its field, where it has one, and the headers of those that have none. */
export type CsvColumns = { fields: readonly (string | undefined)[]; unknown: readonly string[] }

/**
 * What the columns of a file are.
 * @throws BatchRefused when no header is known, or two name the same field
 */
export function csvColumns(headers: readonly string[], known: readonly string[]): CsvColumns {
  const fields = headers.map((header) => fieldOfHeader(header, known))
  if (!fields.some((field) => field !== undefined)) {
    throw new BatchRefused(
      'BODY_NOT_CSV',
      `Nenhuma coluna foi reconhecida. A primeira linha deve ter os nomes das colunas, como ${known.map((field) => label(field)).join(', ')}; veio ${quoted(headers)}.`,
    )
  }
  const twice = fields.find((field, column) => field !== undefined && fields.indexOf(field) !== column)
  if (twice !== undefined) {
    const same = headers.filter((_header, column) => fields[column] === twice)
    throw new BatchRefused(
      'BODY_NOT_CSV',
      `As colunas ${quoted(same)} dizem a mesma coisa (${twice}). Deixe uma só, ou dê outro nome à que não deve ser usada; as colunas conhecidas são ${known.map((field) => label(field)).join(', ')}.`,
    )
  }
  const unknown = headers.filter((header, column) => fields[column] === undefined && header.trim() !== '')
  return { fields, unknown }
}

/** `uf (ou estado, state)`: its own name, and those that people think of first. */
function label(field: string): string {
  const others = otherNames[field]?.slice(0, 2) ?? []
  return others.length > 0 ? `${field} (ou ${others.join(', ')})` : field
}

const quoted = (headers: readonly string[]): string => {
  const shown = headers
    .slice(0, 20)
    .map((header) => `"${header.trim().slice(0, 60).toWellFormed()}"`)
    .join(', ')
  return headers.length > 20 ? `${shown}, …` : shown
}
