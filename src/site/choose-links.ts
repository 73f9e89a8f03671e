import { pageKey, siteKey } from './page-key.ts'

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
const longNames = [...scoreOfName].filter(([name, score]) => name.length >= 7 && score > 0)
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
const foreign = /^\/(en|en-us|es|es-es|fr|de|it|zh|ja)(\/|$)/i

const maxUrlLength = 1_000
/** A text of 40 characters and more is not scored. */
const maxTextLength = 100
/** Of a page with more links, the first ones are looked at. */
const maxLinks = 5_000
/** Links of a site that are remembered. */
const mostRemembered = 5_000
const maxDepth = 6
const maxParameters = 3

/** The links of a page that are worth reading, best first; `siteUrl` is any address of its site. */
export type ChooseLinks = (links: readonly Link[], siteUrl: string) => ChosenLink[]

/**
 * Chooses the links of a site's pages that are worth reading: those likely to say who the company is and what it
 * sells. Other sites, files, logins, carts, calendars and lists of pages are left out; of several links to one
 * page the best stands. It remembers the links it has judged: a site's menu stands on each of its pages.
 */
export function createLinkChooser(): ChooseLinks {
  const judged = new Map<string, ChosenLink | null>()
  let site = ''

  function judge(link: Link): ChosenLink | null {
    const url = URL.parse(link.url)
    if (!url || !isWorthReading(url) || siteKey(link.url) !== site) return null
    url.hash = ''
    const text = link.text.slice(0, maxTextLength)
    const mayNameOwner = [nameOfPage(url), link.text].some((name) => ownerScores.has(scoreOfWhole(name)))
    return { url: url.href, text, key: pageKey(url.href), score: scoreLink(link, url), mayNameOwner }
  }

  return (links, siteUrl) => {
    if (siteKey(siteUrl) !== site) {
      site = siteKey(siteUrl)
      judged.clear()
    }
    const best = new Map<string, ChosenLink>()
    for (const link of links.slice(0, maxLinks)) {
      const label = `${link.url} ${link.text}`
      let chosen = judged.get(label)
      if (chosen === undefined) {
        chosen = judge(link)
        if (judged.size < mostRemembered) judged.set(label, chosen)
      }
      if (!chosen) continue
      const known = best.get(chosen.key)
      if (!known || known.score < chosen.score) best.set(chosen.key, chosen)
    }
    return [...best.values()].sort((one, other) => other.score - one.score)
  }
}

function isWorthReading(url: URL): boolean {
  if (!/^https?:$/.test(url.protocol) || url.href.length > maxUrlLength) return false
  const segments = url.pathname.split('/').filter(Boolean)
  const names = [...url.searchParams.keys()]
  return !(
    otherFiles.test(url.pathname) ||
    segments.length > maxDepth ||
    new Set(segments).size < segments.length - 1 ||
    segments.some((segment) => deadEnds.test(segment)) ||
    segments.some((segment, index) => paging.test(segment) && pageNumber.test(segments[index + 1] ?? '')) ||
    [...url.searchParams].some(([name, value]) => paging.test(name) && pageNumber.test(value)) ||
    date.test(url.pathname) ||
    names.length > maxParameters ||
    names.some((name) => deadParameters.test(name))
  )
}

const withoutExtension = (segment: string) => segment.replace(/\.[a-z]{2,5}$/i, '')

const nameOfPage = (url: URL) => withoutExtension(url.pathname.split('/').filter(Boolean).at(-1) ?? '')

/** The score of the name that a text is or holds, whole. */
function scoreOfWhole(text: string): number {
  if (text.length > 40) return 0
  const squashed = plainWords(text).join('')
  const whole = scoreOfName.get(squashed)
  if (whole !== undefined || !anyLongName.test(squashed)) return whole ?? 0
  return longNames.find(([name]) => squashed.includes(name))?.[1] ?? 0
}

function scoreLink(link: Link, url: URL): number {
  const segments = url.pathname.split('/').filter(Boolean).map(withoutExtension)
  const last = segments.at(-1) ?? ''
  const parents = segments.slice(0, -1)
  const named = [
    scoreName(last),
    // A long text is a headline, in which "sobre" is only a word.
    link.text.length <= 40 ? scoreName(link.text) : 0,
    ...parents.map((segment) => scoreName(segment) / 2),
  ]
  const worst = Math.min(0, ...named)
  return (
    Math.max(0, ...named) + worst - 5 * segments.length - (url.search ? 10 : 0) - (foreign.test(url.pathname) ? 25 : 0)
  )
}

/** A name that is known scores in full, one that contains a known one partly: "nossos-servicos", "quemsomos2". */
function scoreName(text: string): number {
  const words = plainWords(text)
  const whole = scoreOfName.get(words.join(''))
  if (whole !== undefined) return whole
  const squashed = words.join('')
  const parts = [
    ...words.map((word) => (scoreOfName.get(word) ?? 0) * (words.length <= 4 ? 0.6 : 0.2)),
    ...(anyLongName.test(squashed) ? longNames : [])
      .filter(([name]) => squashed.includes(name))
      .map(([, score]) => score * 0.6),
  ]
  return Math.max(0, ...parts) + Math.min(0, ...parts)
}

function plainWords(text: string): string[] {
  let readable = text
  if (text.includes('%')) {
    try {
      readable = decodeURIComponent(text)
    } catch {
      // Not UTF-8: the letters that are plain still count.
    }
  }
  return readable
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean)
}
