export type Fields = Record<string, unknown>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The nested formats under the names that the flat ones use. minhareceita.org's (which BrasilAPI shares) and OpenCNPJ's
 * stay as they are. Looked at by their form, not by their host: there are copies of all of them.
 *
 * - CNPJ.ws: the establishment is an object of its own, and codes are objects with a description.
 * - ReceitaWS: other names, the CNAE in a list, and one text with all telephones.
 */
export function flatFields(answer: Fields): Fields {
  if (isFields(answer.estabelecimento)) return fromCnpjWs(answer, answer.estabelecimento)
  if (!('razao_social' in answer) && 'nome' in answer) return fromReceitaWs(answer)
  return answer
}

/** ReceitaWS says "no such company" in a 200: its word for it is "rejeitado". */
export const saysUnknown = (answer: unknown): boolean =>
  isError(answer) && /rejeitad|não encontrad|nao encontrad|inexistente/i.test(String(answer.message))

/** The sentence of an error inside a 200; undefined when it is none. */
export const errorSentence = (answer: unknown): string | undefined =>
  isError(answer) ? String(answer.message ?? 'ERROR') : undefined

const isError = (answer: unknown): answer is Fields => isFields(answer) && answer.status === 'ERROR'

function fromCnpjWs(company: Fields, place: Fields): Fields {
  const part = (value: unknown): Fields => (isFields(value) ? value : {})
  return {
    cnpj: place.cnpj,
    razao_social: company.razao_social,
    nome_fantasia: place.nome_fantasia,
    situacao_cadastral: place.situacao_cadastral,
    cnae_principal: part(place.atividade_principal).id,
    cnae_principal_descricao: part(place.atividade_principal).descricao,
    tipo_logradouro: place.tipo_logradouro,
    logradouro: place.logradouro,
    numero: place.numero,
    bairro: place.bairro,
    cep: place.cep,
    municipio: part(place.cidade).nome,
    uf: part(place.estado).sigla,
    telefones: [
      { ddd: place.ddd1, numero: place.telefone1 },
      { ddd: place.ddd2, numero: place.telefone2 },
    ],
    email: place.email,
    porte: part(company.porte).descricao,
    capital_social: company.capital_social,
    data_inicio_atividade: place.data_inicio_atividade,
  }
}

function fromReceitaWs(company: Fields): Fields {
  const activity = Array.isArray(company.atividade_principal) ? company.atividade_principal.find(isFields) : undefined
  const phones = typeof company.telefone === 'string' ? company.telefone.split('/') : []
  return {
    ...company,
    razao_social: company.nome,
    nome_fantasia: company.fantasia,
    situacao_cadastral: company.situacao,
    cnae_principal: activity?.code,
    cnae_principal_descricao: activity?.text,
    ddd_telefone_1: phones[0],
    ddd_telefone_2: phones[1],
    data_inicio_atividade: company.abertura,
  }
}
