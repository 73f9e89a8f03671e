import type { RegistryRecord } from '../../cnpj/registry-record.ts'
import type { DiscoveryInput } from './discovery.ts'

/** What is known of the company that is looked for: what the caller said, and what the registry says. */
export type Company = {
  cnpj: string | null
  names: string[]
  municipio: string | null
  uf: string | null
  logradouro: string | null
  numero: string | null
  cep: string | null
  /** E.164. */
  phones: string[]
  email: string | null
  /** What the registry says it does (the CNAE's name). */
  activity: string | null
}

/** The caller's words come first: they may know the brand that the registry does not. */
export function companyOf(input: DiscoveryInput, record: RegistryRecord | null): Company {
  const names = [input.nome_fantasia, record?.nome_fantasia, input.razao_social, record?.razao_social]
  return {
    cnpj: input.cnpj ?? null,
    names: [...new Set(names.filter((name): name is string => typeof name === 'string' && name !== ''))],
    municipio: input.municipio ?? record?.municipio ?? null,
    uf: input.uf ?? record?.uf ?? null,
    logradouro: record?.logradouro ?? null,
    numero: record?.numero ?? null,
    cep: record?.cep ?? null,
    phones: record?.phones ?? [],
    email: record?.email?.toLowerCase() ?? null,
    activity: record?.cnae_descricao ?? null,
  }
}
