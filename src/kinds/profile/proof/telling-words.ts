import type { BusinessModel, CompanyProfile, Offering } from '../company-profile.ts'
import { comparable } from '../text/comparable-text.ts'
import { isOwnName } from '../text/own-name.ts'
import type { Place } from '../text/places.ts'

/*
 * Some values are not words that can be looked up: a business model, a kind. Others mean something only where the site
 * says what they are: a name is a client's if the site calls it one. These say by which words.
 */

const companies =
  /\bb2b\b|\b(?:para|as?|atend\w+|outras|sua|suas|pequenas|medias|grandes|micro|diversas|de|entre) (?:\S+ ){0,2}?(?:empresas|industrias|construtoras|comercios|lojistas|revend\w+|condominios|prefeituras|escolas|hospitais|fabricas|distribuidor\w*|transportadoras|cooperativas|orgaos publicos)\b|\b(?:sua|seu) (?:empresa|industria|negocio|fabrica|operacao|obra|frota)\b|\b(?:clientes?|atendimento|vendas?|planos?) (?:corporativ|empresaria)\w+|\b(?:pessoas?|cnpj) juridicas?\b|\b(?:atacado|atacadista|revendedores|corporativ[oa]s?)\b|\b(?:atend\w+|para) (?:a |as )?(?:industria|construcao civil|mineracao|agroindustria|rede hoteleira)\b|\bfor (?:companies|businesses)\b/
const notTheirs =
  /\bentre as (?:\S+ ){0,2}empresas\b|\b(?:codigo|direitos?|orgaos?|programa) (?:\S+ ){0,3}consumidor(?:es)?\b|\b(?:uma|um) d?as (?:\S+ ){0,2}empresas\b|\bempresas? (?:do|da) (?:grupo|mercado)\b|\b(?:trabalh|atu|pass)(?:ou|aram) (?:\S+ ){0,2}(?:empresas|industrias|hospitais|escolas)\b/g
const consumers =
  /\bb2c\b|\b(?:consumidor|consumidores|varejo|varejista|pessoas? fisicas?|residencia(?:l|is)|domestic[oa]s?)\b|\b(?:sua|para a|toda a) (?:familia|casa|saude|beleza|festa|pele)\b|\bseu (?:pet|lar|filho|bebe|cabelo|sorriso|corpo|casamento|animal|carro)\b|\b(?:pacientes|alunos|noivas?|hospedes|familias|criancas|moradores|consumers|families|homeowners)\b/

/** The business model that a text tells of, if it does. */
export function tellsBusinessModel(text: string): BusinessModel | undefined {
  const plain = comparable(text).replace(notTheirs, ' ')
  const isB2b = companies.test(plain)
  const isB2c = consumers.test(plain)
  if (isB2b && isB2c) return 'both'
  return isB2b ? 'B2B' : isB2c ? 'B2C' : undefined
}

const service =
  /\b(?:servic\w+|services?|consultori\w+|assessori\w+|manutenc\w+|instalac\w+|cursos?|treinamentos?|capacitac\w+|aulas?|atendimentos?|locac\w+|aluguel|projetos?|transportes?|limpeza|consultas?|cirurgias?|exames?|tratamentos?|terapi\w+|vacinac\w+|laudos?|auditori\w+|reparos?|consertos?|reformas?|montagem|suporte|gestao|planejamento|desenvolvimento|organizac\w+|banho|tosa|hospedagem|pintura|usinagem|consulting|maintenance|training|repair|installation)\b/
const product =
  /\b(?:produtos?|products?|maquinas?|equipamentos?|pecas?|ferramentas?|materia(?:l|is)|modelos?|linhas?|vendemos|venda|fabric\w+|loja|catalogo|moveis|roupas|alimentos|cafes?|paes|bolos|bebidas|cosmeticos|acessorios|machines?|equipment|parts)\b/

/** Whether a page calls an offering a product or a service: by its name, its sentence, its heading or its address. */
export function tellsKind(name: string, places: readonly Place[]): Set<NonNullable<Offering['kind']>> {
  const kinds = new Set<NonNullable<Offering['kind']>>()
  const look = (text: string) => {
    if (service.test(text)) kinds.add('service')
    if (product.test(text)) kinds.add('product')
  }
  for (const text of [
    comparable(name),
    ...places.flatMap(({ context, under, path }) => [under, context, path].map(comparable)),
  ]) {
    // What stands nearer says more.
    if (kinds.size === 0) look(text)
  }
  return kinds
}

type Field = Extract<keyof CompanyProfile, 'brands' | 'certifications' | 'size_claimed'>
const telling: Record<Field, RegExp> = {
  brands:
    /\b(?:marcas?|linhas?|represent\w+|revend\w+|distribu\w+|autorizad[oa]s?|trabalhamos com|fabricantes?|licenciad[oa]s?|brands?|dealers?)\b/,
  certifications:
    /\b(?:certific\w+|iso|nbr|selos?|acredita\w+|homologa\w+|credencia\w+|inmetro|anvisa|licenc\w+|registr\w+|crea|crm\w*|cro|crc|crp|oab|cau|habilita\w+|autoriza\w+|qualificad\w+|conformidade|pmp|haccp|appcc|organic\w+|accredit\w+|compliant)\b/,
  size_claimed:
    /\b(?:funcionari\w+|colaborador\w*|equipe|profissionais|unidades|filia(?:l|is)|lojas|clientes|alunos|m2|metros|faturamento|porte|toneladas|caminhoes|veiculos|frota|fabricas|plantas?|galp\w+|maquinas|tornos|leitos|quartos|suites|apartamentos|salas|medic[oa]s|dentistas|professor\w*|advogad[oa]s|engenheir[oa]s|tecnicos|pacientes|hospedes|associad[oa]s|cooperad[oa]s|hectares|paises|estados|cidades|employees|staff|offices|branches|stores)\b/,
}

/** Whether the sentence, heading or page of a statement says that what it names is what the field holds. */
export const tells = (field: Field, value: string, { context, under, path }: Place): boolean =>
  [value, context, under, path].some((text) => telling[field].test(comparable(text)))

/** A vacancy's words, a plan's limit, an aim, a loss: figures that are not the company's. */
export const isOthersSize = ({ context, under, quote }: Place): boolean =>
  new RegExp(`[-−–]\\s?${quote.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`).test(context) ||
  /\b(?:vagas?|planos?|pacotes?|ate \d|queremos|chegar a|meta|rumo a|empresas? (?:com|de) (?:mais de |ate )?\d|para empresas|job|plans?|up to)\b/.test(
    comparable(`${under} ${context}`),
  )

/** Whoever only handles its payments is no client. */
export const isPayment = ({ context, under }: Place): boolean =>
  /\b(?:pag(?:ar|ue|am|amentos?)|aceitamos|cartao|cartoes|bandeiras?|pix|boletos?|parcel\w+|payments?)\b/.test(
    comparable(`${under} ${context}`),
  )

/** Whom an agreement is with that its staff or members profit by is no customer. */
export const isPerk = ({ context }: Place): boolean =>
  /\b(?:convenios? com|parcerias? com|descontos? em|beneficios)\b/.test(comparable(context))

/** "A norma ISO 9001 define …": of a certificate that the sentence itself is about nobody is said to have it. */
const ofTheNorm =
  /^(?:(?:a|o|as|os|um|uma|the) )?(?:normas?|certificac\w+|certificados?|selos?|padrao|lei|resoluc\w+|iso|nbr|standard)\b(?: \S+){0,6}? (?:e|define|estabelece|especifica|determina|exige|trata|garante|atesta|serve|significa|is|defines|specifies|requires)\b|^(?:iso|nbr|abnt)(?: \w*\d\w*){1,3} (?:e |is )?(?:(?:a|uma|the|an?) )?(?:normas?|standard)\b/
const ours = /\b(?:noss[oa]s?|somos|temos|possuimos|\w{3,}(?:amos|emos|imos)|we|our)\b/

/** Another's certificate, or one that is asked for, taught or explained, is not the company's. */
export const isTaught = ({ context, under }: Place): boolean =>
  (ofTheNorm.test(comparable(context)) && !ours.test(comparable(context))) ||
  /\b(?:curso|treinamento|capacitac\w+|consultoria|assessoria|implanta\w+|preparamos|auditoria|adequac\w+|obter|precisa\w*|exig\w+|conquist(?:e|em|ar|arem) (?:a|sua)|busca\w*|training|course)\b/.test(
    comparable(`${under} ${context}`),
  )

const premises =
  /\b(?:matriz|filia(?:l|is)|unidades?|sede|sediad[oa]|enderecos?|localiza\w*|situad[oa]|escritorios?|lojas?|fabricas?|clinicas?|onde estamos|estamos (?:em|no|na)|ficamos (?:em|no|na)|contato|plantas?|centros?|consultorios?|showroom|headquarter\w*|offices?|located|based)\b/
const address = /\b(?:rua|avenida|av|rodovia|alameda|estrada|cep)\b|\b\d{5} \d{3}\b/
const reach = /\b(?:entreg\w+|atend\w+|atua\w*|envi\w+|todo o|toda a|regiao|ship\w*|deliver\w*)\b/
const brought =
  /\b(?:importad\w+|vind[oa]s?|trazid\w+|comprad\w+|provenientes?|de origem|procedentes?|imported|sourced)\b/
const greatest =
  /\b(?:maior|melhor|primeir[oa]|principal|unic[oa]|lider|referencia|largest|best|first)\b(?: \S+){0,4}? (?:d[oae]s?|in|of)(?: the)?$/

/** Where a customer, an event or a supplier is, the company is not; nor is "a maior do Brasil" a place. */
export function isOthersPremises(value: string, { context, own }: Place): boolean {
  const said = comparable(context)
  if (/\b(?:clientes?|eventos?|feiras?|convencoes|exposicoes)\b/.test(said) || brought.test(said)) return true
  const at = context.toLowerCase().indexOf(value.toLowerCase())
  const before = at === -1 ? '' : context.slice(0, at)
  if (greatest.test(comparable(before))) return true
  const owner =
    /(?:matriz|filia(?:l|is)|unidades?|sede|escrit[oó]rios?|lojas?|f[aá]bricas?|planta)\s(?:d[ao]s?|of)\s(?<who>\p{Lu}[\p{L}\p{N}&'’-]*(?:\s\p{Lu}[\p{L}\p{N}&'’-]*)*)\s(?:em|n[oa]s?|in|at)\s/u.exec(
      before,
    )?.groups?.who
  return owner !== undefined && own !== undefined && !isOwnName(owner, own)
}

/** Whether a statement says of a place that the company is there, not only that it delivers there. */
export function tellsPremises(value: string, { context, under, path }: Place): boolean {
  const said = comparable(context)
  if (address.test(said)) return true
  const [before = ''] = said.split(comparable(value))
  const near = before.split(premises).at(-1) ?? ''
  if (premises.test(said)) return !reach.test(near)
  return [under, path].some((text) => premises.test(comparable(text))) && !reach.test(said)
}
