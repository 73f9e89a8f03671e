import { formatCnpj } from '../../../cnpj/number.ts'
import { classifyHost, describeHost, type HostCategory } from '../../../search/not-company-sites.ts'
import type { Company } from '../company.ts'
import { plain } from './name-words.ts'
import type { PrintedRoot } from './printed-cnpjs.ts'
import { headingsOf, isArticle, organizationNodes, quoted, quotedLine, type SitePage } from './site-pages.ts'

/** What kind of somebody else's site it is, and the words that show it. */
export type SomebodyElses = {
  nature: 'shared_page' | 'directory' | 'marketplace_page'
  why: string
  url: string
  quote: string
}

/** A site that prints the numbers of so many companies is a list, unless one of them is plainly its own. */
const rootsOfAList = 3
/** A group that names its companies names no more than these. */
const mostOfAGroup = 8
/** Of the registry's fields, how many a company's own page would not show together. */
const fieldsOfADump = 5

const registryFields = [
  /raz[aã]o social/i,
  /nome (?:de )?fantasia/i,
  /situa[cç][aã]o (?:cadastral|na receita)/i,
  /data (?:de|da) (?:abertura|funda[cç][aã]o|situa[cç][aã]o)|in[ií]cio d[ae] atividades?/i,
  /natureza jur[ií]dica/i,
  /capital social/i,
  /\bcnae\b|atividade (?:econ[oô]mica )?(?:principal|secund[aá]ria)/i,
  /quadro (?:societ[aá]rio|de s[oó]cios)|s[oó]cios? (?:e administradores|administrador)/i,
  /\bporte\b/i,
  /optante (?:pelo|do) simples/i,
]
const listTitle =
  /\bconsult(?:a|ar|e) (?:de )?(?:cnpj|empresas|s[oó]cios)|\bguia (?:comercial|de empresas|local|da cidade|empresarial)|(?:lista|cat[aá]logo|cadastro|busca|diret[oó]rio|[ií]ndice) (?:telef[oô]nic[ao]|de (?:empresas|neg[oó]cios|fornecedores|telefones))|telefones? e endere[cç]os?|\bcnpj\b.*(?:telefone|s[oó]cios|endere[cç]o|consulta)|(?:telefone|s[oó]cios|consulta).*\bcnpj\b/i
const listPhrases = [
  /(?:cadastre|adicione|anuncie|inclua|divulgue|inscreva) (?:aqui )?(?:a )?(?:sua|minha) empresa/i,
  /reivindi(?:car|que) (?:est[ae]|seu|sua|o|a)?\s*(?:perfil|empresa|neg[oó]cio|p[aá]gina)/i,
  /(?:[eé] (?:o )?(?:dono|propriet[aá]rio)|voc[eê] trabalha) (?:dest[ae]|d[eo]sse|dessa|aqui|nest[ae])/i,
  /empresas (?:cadastradas|semelhantes|relacionadas|pr[oó]ximas|similares)|outras empresas (?:em|d[aeo]|no|na)|empresas por (?:cidade|estado|atividade|cnae)/i,
  /(?:buscar|pesquisar|encontre|encontrar|procurar) (?:por )?(?:uma )?(?:empresas|cnpj|neg[oó]cios)/i,
  /dados (?:p[uú]blicos )?(?:d[aeo] )?(?:receita federal|abertos)/i,
  /(?:corrigir|remover|atualizar) (?:os |estes |meus )?dados (?:dest[ae]|da|desta)? ?empresa/i,
]
const marketPhrases = [
  /vendid[oa] (?:e entregue )?por/i,
  /(?:visitar?|ver|conhe[cç]a) (?:a |mais produtos d[ae]st[ae] )?(?:loja oficial|p[aá]gina da loja|loja do vendedor|vendedor|outras lojas)/i,
  /outr[oa]s (?:vendedores|lojas|lojistas)/i,
  /(?:venda|vender|anuncie) (?:aqui|conosco|n[oa] |seus produtos)|abra (?:a )?sua loja|(?:seja|quero ser) (?:um |uma )?(?:vendedor|lojista|parceiro lojista)/i,
  /denunciar (?:an[uú]ncio|loja|vendedor|produto)|avalia[cç][oõ]es (?:do|deste) vendedor/i,
]
/** What is written about a company by others: agreements, lawsuits, tenders, complaints, coupons. */
const aboutOthers =
  /^(?:acordo|convencao) coletiv[ao]|\brecuperacao judicial\b|\b(?:massa falida|falencia)\b|^vitimas d|\bcupo(?:m|ns) (?:de desconto|[a-z]+$)|: cupo(?:m|ns)\b|\breclamacoes (?:contra|sobre|d)/
const unofficial =
  /(?:n[aã]o [eé] o site oficial|n[aã]o (?:somos|temos v[ií]nculo com|representamos) (?:o |a )?(?:hotel|empresa|loja|site oficial)|site n[aã]o oficial)/i
const newsTitle = /\b(?:jornal|gazeta|tribuna|di[aá]rio|folha|correio|not[ií]cias?|portal de not[ií]cias|news)\b/i
const newsTypes = /^(?:News(?:Article|MediaOrganization)|ReportageNewsArticle|Newspaper)$/

/**
 * Whether a site is a list of companies, a marketplace, a newspaper or a landlord of many sites. `isPlainlyOwn`: its
 * domain has the company's name and its number is among those that the site claims; then it is what the company does.
 */
export function somebodyElses(
  company: Company,
  pages: readonly SitePage[],
  homeUrl: string,
  {
    roots,
    target,
    isPlainlyOwn,
    isNamed,
    isAtALandlords,
  }: {
    roots: readonly PrintedRoot[]
    target: PrintedRoot | undefined
    isPlainlyOwn: boolean
    isNamed: boolean
    isAtALandlords: boolean
  },
): SomebodyElses | null {
  const first = pages[0]!
  const category = classifyHost(homeUrl)
  const host = new URL(homeUrl).hostname
  const isItself = category !== 'shared_host' || isLandlordsOwn(homeUrl)
  if (category && !(isPlainlyOwn && isItself)) {
    return { ...hostCategories[category], url: homeUrl, quote: host }
  }
  if (isAtALandlords) return { ...hostCategories.shared_host, url: homeUrl, quote: host }
  if (isPlainlyOwn && roots.length <= mostOfAGroup) return null
  // Whose own number is plain may list its customers'.
  const printed = target?.role === 'own' ? roots.filter(({ role }) => role !== 'others') : roots
  const leads =
    target?.role === 'own' &&
    target.pageCount >= 2 &&
    roots.every((each) => each === target || each.pageCount < target.pageCount)
  if (printed.length >= rootsOfAList && !leads) {
    const { url, quote } = printed.find((each) => each !== target)!.places[0]!
    return { nature: 'directory', why: `O site lista CNPJs de ${printed.length} empresas: é um diretório`, url, quote }
  }
  if (leads && isNamed) return null

  for (const page of pages) {
    const inPath =
      company.cnpj &&
      (URL.parse(page.url)?.pathname ?? '')
        .toUpperCase()
        .replace(/[^0-9A-Z]/g, '')
        .includes(company.cnpj)
    if (inPath) {
      const why = 'O site tem uma página por CNPJ: é um diretório'
      return { nature: 'directory', why, url: page.url, quote: formatCnpj(company.cnpj!) }
    }
    const fields = registryFields.filter((pattern) => pattern.test(page.text))
    if (fields.length >= fieldsOfADump) {
      const quote = quotedLine(page.text, (line) => registryFields.some((pattern) => pattern.test(line)))!
      return {
        nature: 'directory',
        why: 'O site reproduz a ficha do cadastro da Receita: é um diretório',
        url: page.url,
        quote,
      }
    }
  }
  const said = pages.map(({ text }) => text).join('\n')
  const count = (patterns: readonly RegExp[]) => patterns.filter((pattern) => pattern.test(said)).length
  const shown = (patterns: readonly RegExp[]) => {
    for (const { url, text } of pages) {
      const quote = quotedLine(text, (line) => patterns.some((pattern) => pattern.test(line)))
      if (quote) return { url, quote }
    }
    return { url: homeUrl, quote: host }
  }
  const heads = [first.title ?? '', ...headingsOf(first).slice(0, 2)]
  const about = heads.find((head) => aboutOthers.test(plain(head)))
  if (about && !company.names.some((name) => aboutOthers.test(plain(name)))) {
    return { nature: 'directory', why: 'A página é de outros, sobre a empresa', url: first.url, quote: quoted(about) }
  }
  const disclaimer = quotedLine(first.text, (line) => unofficial.test(line))
  if (disclaimer)
    return { nature: 'directory', why: 'O site diz que não é o oficial', url: first.url, quote: disclaimer }
  const listHead =
    heads.find((head) => listTitle.test(head)) ??
    pages.map(({ title }) => title ?? '').find((title) => listTitle.test(title))
  const listed = count(listPhrases)
  if (listed >= 2 || (listHead && listed >= 1) || (listHead && !isNamed)) {
    const why = 'O site é uma lista de empresas'
    return {
      nature: 'directory',
      why,
      ...(listHead ? { url: first.url, quote: quoted(listHead) } : shown(listPhrases)),
    }
  }
  // A marketplace prints its own number as well (Decreto 7.962/2013).
  if (count(marketPhrases) >= 2 && !(target?.role === 'own' && roots.length === 1)) {
    return {
      nature: 'marketplace_page',
      why: 'O site vende por muitos vendedores: é um marketplace',
      ...shown(marketPhrases),
    }
  }
  const isNews = pages.some(({ page }) =>
    organizationNodes(page.jsonLd).some(({ types }) => types.some((type) => newsTypes.test(type))),
  )
  const newsHead = [first.page.siteName ?? '', first.title ?? ''].find((head) => newsTitle.test(head))
  const isNewspaper = company.names.some((name) => newsTitle.test(name))
  if (!isNewspaper && (isNews || (newsHead && pages.some(isArticle)))) {
    const why = 'O site é um noticiário que fala da empresa'
    return { nature: 'directory', why, url: first.url, quote: quoted(newsHead ?? first.title ?? host) }
  }
  return null
}

/** Whether it is the first page of whoever hosts others: on its own domain, and in no folder. */
function isLandlordsOwn(homeUrl: string): boolean {
  const { hostname, pathname } = new URL(homeUrl)
  return pathname === '/' && hostname.replace(/^www\./, '') === describeHost(homeUrl)?.domain
}

const hostCategories: Record<HostCategory, Pick<SomebodyElses, 'nature' | 'why'>> = {
  directory: { nature: 'directory', why: 'O endereço é de um diretório' },
  marketplace: { nature: 'marketplace_page', why: 'O endereço é de um marketplace' },
  social: { nature: 'shared_page', why: 'O endereço é de uma rede social' },
  government: { nature: 'directory', why: 'O endereço é de um órgão público' },
  news: { nature: 'directory', why: 'O endereço é de um noticiário' },
  reference: { nature: 'directory', why: 'O endereço é de uma obra de consulta' },
  shared_host: { nature: 'shared_page', why: 'A página fica em um serviço que hospeda páginas de muitos' },
}

const accountant =
  /^(?!.*(?:software|sistema|historias)).*(?:contab|contador|(?:assessoria|escritorio) fiscal|abertura de empresas?|imposto de renda)/
const franchise =
  /(?:seja|quero ser|torne-se) (?:um |uma |nosso |nossa )?franquead[oa]|abra (?:a )?sua franquia|modelos? de franquia|nossas franquias|franquias? (?:dispon[ií]ve(?:l|is)|a partir)|seja (?:um |uma )?unidade/i

/** Where an accountant's site says so, unless the company is one: what it shares with the registry is the accountant's. */
export function accountantsMark(
  company: Company,
  [first]: readonly SitePage[],
  homeUrl: string,
): { url: string; quote: string } | null {
  if ([...company.names, company.activity ?? ''].some((each) => accountant.test(plain(each)))) return null
  const host = new URL(homeUrl).hostname
  const heads = [host, first?.title, first?.page.siteName, ...(first ? headingsOf(first).slice(0, 2) : [])]
  const head = heads.find((each) => each && accountant.test(plain(each)))
  return head ? { url: first!.url, quote: quoted(head) } : null
}

/** Where a site sells franchises: one of its units has no website in it. */
export function franchiseMark(pages: readonly SitePage[]): { url: string; quote: string } | null {
  for (const { url, text } of pages) {
    const quote = quotedLine(text, (line) => franchise.test(line))
    if (quote) return { url, quote }
  }
  return null
}
