import { pageKeyOf, siteKey, siteKeyOf } from './page-key.ts'

export type Link = { url: string; text: string }
export type ChosenLink = Link & {
  key: string
  score: number
  /** Its name says that the company's own name and number are likely there: contact, privacy, terms. */
  mayNameOwner: boolean
}

// Names of pages, without accents and spaces, by what they tell about a company.
const pageNames: [score: number, names: string[]][] = [
  [
    100,
    `sobre sobrenos quemsomos quemsou empresa aempresa nossaempresa institucional nossahistoria historia historico
     conheca conhecanos conhecaaempresa apresentacao aclinica clinica aloja about aboutus whoweare company ourstory
     nosotros sobrenosotros quienessomos laempresa acercade acerca`,
  ],
  [
    90,
    `contato contatos contacto contactos contact contactus faleconosco atendimento localizacao ondeestamos comochegar
     enderecos unidades lojas contactenos`,
  ],
  [
    80,
    `produtos produto servicos servico solucoes oquefazemos areasdeatuacao especialidades catalogo portfolio linhas
     equipamentos tratamentos cursos products services solutions whatwedo productos servicios soluciones quehacemos`,
  ],
  [
    60,
    `politicadeprivacidade politicadeprivacidadeecookies privacidade avisodeprivacidade termos termosdeuso termodeuso
     termosecondicoes lgpd protecaodedados politicas trocasedevolucoes privacypolicy privacy privacynotice terms
     termsofuse termsofservice termsandconditions legal legalnotice imprint avisolegal avisodeprivacidad privacidad
     politicadeprivacidad terminosycondiciones terminos condicionesdeuso`,
  ],
  // They lead to the small print.
  [50, 'ajuda centraldeajuda suporte sac informacoes documentos transparencia mapadosite sitemap help support ayuda'],
  [40, 'clientes equipe nossaequipe time team segmentos faq perguntasfrequentes duvidas home inicio mapa'],
  [-30, 'blog noticias noticia news artigos artigo post posts novidades eventos vagas galeria fotos depoimentos midia'],
].map(([score, names]) => [score as number, (names as string).split(/\s+/)])

const scoreOfName = new Map(pageNames.flatMap(([score, names]) => names.map((name) => [name, score] as const)))
const ownerScores = new Set([90, 60])
const minLongName = 7
const longNames = [...scoreOfName].filter(([name, score]) => name.length >= minLongName && score > 0)
const anyLongName = new RegExp(longNames.map(([name]) => name).join('|'))

const otherFiles =
  /\.(pdf|docx?|xlsx?|pptx?|odt|csv|rtf|txt|zip|rar|7z|gz|tar|exe|msi|dmg|apk|jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|mp3|mp4|m4a|avi|mov|wmv|webm|wav|ogg|css|js|mjs|json|xml|rss|atom|woff2?|ttf|eot|swf|ics|vcf|map)$/i
const deadEnds =
  /^(login|logon|signin|sign-in|signup|sign-up|logout|entrar|sair|cadastre-se|minha-?conta|my-?account|account|conta|cliente-login|cart|carrinho|basket|sacola|checkout|wishlist|favoritos|lista-de-desejos|comparar|compare|search|busca|buscar|pesquisa|wp-admin|wp-login\.php|wp-json|wp-content|xmlrpc\.php|feed|rss|cgi-bin|cdn-cgi|print|imprimir|calendar|calendario|agenda|tag|tags|author|autor|webmail|cpanel|administrator)$/i
const deadParameters =
  /^(sort|order|orderby|ordem|filter.*|filtro.*|q|s|search|busca|replytocom|dia|share|add-to-cart|add_to_cart|remove_item|month|mes|year|ano|day|date|data|print|redirect|redirect_to|return|returnurl|action|tmpl|format)$/i
/** Further pages of a list, by their number; a name is a page of its own (`?pagina=contato`, `/pagina/quem-somos`). */
const paging = /^(page|pagina|paged|pag|offset|start)$/i
const pageNumber = /^\d*$/
const date = /\/(19|20)\d\d\/(0?[1-9]|1[0-2])(\/|$)/
/** A translation says nothing new: the products in Portuguese come before "about us" in English. */
const foreignPenalty = 60
const foreign = /^\/(en|en-us|es|es-es|fr|de|it|zh|ja)(\/|$)/i

const maxUrlLength = 1_000
const maxTextLength = 100
/** A longer text is a headline, in which "sobre" is only a word. */
const mostScoredLength = 40
const headline: JudgedText = { score: 0, mayNameOwner: false }
/** Of a page with more links, the first ones are looked at. */
const maxLinks = 5_000
/** Addresses, and texts, of a site's links that are remembered. */
const mostRemembered = 5_000
const maxDepth = 6
const maxParameters = 3

/** The links of a page that are worth reading, best first; `siteUrl` is any address of its site. */
export type ChooseLinks = (links: readonly Link[], siteUrl: string) => ChosenLink[]

/** What an address says, whatever the text of the link. */
type JudgedUrl = Pick<ChosenLink, 'url' | 'key' | 'mayNameOwner'> & {
  /** The scores of the names in its path: the highest, and the lowest below 0. */
  best: number
  worst: number
  penalty: number
}
type JudgedText = Pick<ChosenLink, 'mayNameOwner' | 'score'>

/**
 * Chooses the links of a site's pages that are worth reading: those likely to say who the company is and what it
 * sells. Other sites, files, logins, carts, calendars and lists of pages are left out; of several links to one
 * page the best stands. It remembers the addresses and texts it has judged: a site's menu stands on each of its pages.
 */
export function createLinkChooser(): ChooseLinks {
  const judgedUrls = new Map<string, JudgedUrl | null>()
  const judgedTexts = new Map<string, JudgedText>()
  let site = ''

  function urlOf(text: string): JudgedUrl | null {
    let judged = judgedUrls.get(text)
    if (judged === undefined) {
      judged = judgeUrl(text, site)
      if (judgedUrls.size < mostRemembered) judgedUrls.set(text, judged)
    }
    return judged
  }

  function textOf(text: string): JudgedText {
    if (text.length > mostScoredLength) return headline
    let judged = judgedTexts.get(text)
    if (judged === undefined) {
      judged = { score: scoreName(text), mayNameOwner: namesOwner(text) }
      if (judgedTexts.size < mostRemembered) judgedTexts.set(text, judged)
    }
    return judged
  }

  return (links, siteUrl) => {
    if (siteKey(siteUrl) !== site) {
      site = siteKey(siteUrl)
      judgedUrls.clear()
      judgedTexts.clear()
    }
    const chosen = new Map<string, ChosenLink>()
    for (const link of links.slice(0, maxLinks)) {
      const url = urlOf(link.url)
      if (!url) continue
      const text = textOf(link.text)
      const score = Math.max(url.best, text.score) + Math.min(url.worst, text.score) - url.penalty
      const known = chosen.get(url.key)
      if (known && known.score >= score) continue
      const mayNameOwner = url.mayNameOwner || text.mayNameOwner
      chosen.set(url.key, { url: url.url, text: link.text.slice(0, maxTextLength), key: url.key, score, mayNameOwner })
    }
    return [...chosen.values()].sort((one, other) => other.score - one.score)
  }
}

/** Nothing for what is not worth reading. */
function judgeUrl(text: string, site: string): JudgedUrl | null {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol) || siteKeyOf(url) !== site || !isWorthReading(url)) return null
  url.hash = ''
  const segments = url.pathname.split('/').filter(Boolean).map(withoutExtension)
  const last = segments.at(-1) ?? ''
  const scores = [scoreName(last), ...segments.slice(0, -1).map((segment) => scoreName(segment) / 2)]
  return {
    url: url.href,
    key: pageKeyOf(url),
    mayNameOwner: namesOwner(last),
    best: Math.max(0, ...scores),
    worst: Math.min(0, ...scores),
    penalty: 5 * segments.length + (url.search ? 10 : 0) + (foreign.test(url.pathname) ? foreignPenalty : 0),
  }
}

function isWorthReading(url: URL): boolean {
  if (url.href.length > maxUrlLength) return false
  const segments = url.pathname.split('/').filter(Boolean)
  const parameters = url.search ? [...url.searchParams] : []
  return !(
    otherFiles.test(url.pathname) ||
    segments.length > maxDepth ||
    new Set(segments).size < segments.length - 1 ||
    segments.some((segment) => deadEnds.test(segment)) ||
    segments.some((segment, index) => paging.test(segment) && pageNumber.test(segments[index + 1] ?? '')) ||
    parameters.some(([name, value]) => paging.test(name) && pageNumber.test(value)) ||
    date.test(url.pathname) ||
    parameters.length > maxParameters ||
    parameters.some(([name]) => deadParameters.test(name))
  )
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is asked about.
const isAscii = /^[\x00-\x7f]*$/
const withoutExtension = (segment: string) => segment.replace(/\.[a-z]{2,5}$/i, '')

/** Whether the name that a text is or holds, whole, is one of a page where the owner is named. */
function namesOwner(text: string): boolean {
  if (text.length > mostScoredLength) return false
  const squashed = plainWords(text).join('')
  return ownerScores.has(scoreOfName.get(squashed) ?? longNamesIn(squashed)[0]?.[1] ?? 0)
}

/** A name that is known scores in full, one that contains a known one partly: "nossos-servicos", "quemsomos2". */
function scoreName(text: string): number {
  const words = plainWords(text)
  const squashed = words.join('')
  const whole = scoreOfName.get(squashed)
  if (whole !== undefined) return whole
  const parts = [
    ...words.map((word) => (scoreOfName.get(word) ?? 0) * (words.length <= 4 ? 0.6 : 0.2)),
    ...longNamesIn(squashed).map(([, score]) => score * 0.6),
  ]
  return Math.max(0, ...parts) + Math.min(0, ...parts)
}

const longNamesIn = (squashed: string) =>
  squashed.length >= minLongName && anyLongName.test(squashed)
    ? longNames.filter(([name]) => squashed.includes(name))
    : []

function plainWords(text: string): string[] {
  let readable = text
  if (text.includes('%')) {
    try {
      readable = decodeURIComponent(text)
    } catch {
      // Not UTF-8: the letters that are plain still count.
    }
  }
  return withoutAccents(readable)
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
}

const withoutAccents = (text: string) => (isAscii.test(text) ? text : text.normalize('NFD').replace(/\p{M}/gu, ''))
