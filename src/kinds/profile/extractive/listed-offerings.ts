import { takeTurns } from '../../../take-turns.ts'
import type { Offering } from '../company-profile.ts'
import { confidenceOf } from '../confidence.ts'
import { normalName } from '../model/merge-answers.ts'
import { affirmedWords } from '../proof/negation.ts'
import { tellsKind } from '../proof/telling-words.ts'
import { isAboutOthers } from '../proof/whose-statement.ts'
import { comparable, wordsOf } from '../text/comparable-text.ts'
import { isOrderToModel, isTemplateValue } from '../text/not-a-statement.ts'
import { isOwnName } from '../text/own-name.ts'
import { type Place, pagesWith, placesOf } from '../text/places.ts'
import type { PageText, Segment, SiteText } from '../text/site-text.ts'

const mostOfferings = 40
const longestName = 60
const mostWords = 7
const fewest = 2
/** A heading that says of a list what it lists: these words, and at most whose they are. */
const heads: readonly [kind: Offering['kind'], pattern: RegExp][] = [
  ['product', /^(?:(?:nossos|principais|os|our) )*(?:produtos|products|linhas? de produtos|catalogo de produtos)$/],
  [
    'service',
    /^(?:(?:nossos|principais|os|our) )*(?:servicos|services|tratamentos|treatments|servicos (?:oferecidos|prestados)|procedimentos)$/,
  ],
  [
    null,
    /^(?:(?:nossas?|nossos|principais|as|os|our) )*(?:solucoes|solutions|especialidades|areas de atuacao|o que (?:fazemos|oferecemos|vendemos)|produtos e servicos|servicos e produtos|capabilities|what we (?:do|offer|make)|cursos|exames)$/,
  ],
]
const tableHead = /^(?:linhas?|produtos?|servicos?|products?|services?|especialidades?|modelos?)$/
/** What a menu or a shop has beside its goods. */
const noOffering =
  /\b(?:saiba|veja|leia|ver|confira|conheca|clique|acesse|baixe|comprar|compre|adicionar|carrinho|orcamentos?|solicit\w+|agend\w+|fale|contatos?|whatsapp|telefone|e ?mail|endereco|horarios?|segunda|sabado|domingo|boletos?|area d[oe] (?:cliente|aluno|paciente)|login|entrar|cadastr\w+|webmail|portal|trabalhe|vagas|blog|noticias|duvidas|perguntas|faq|politicas?|privacidade|termos|trocas|devoluc\w+|garantias?|rastre(?:ar|ie|io) (?:pedido|entrega)|inicio|home|sobre|quem somos|empresa|menu|mais|todos|todas|outros|outras|etc|gratis|frete|promoc\w+|ofertas?|novidades|lancamentos|mais vendidos|clientes|parceiros|depoimentos|certificac\w+|unidades?|lojas?|convenios?|diferenciais|resultados|imprensa|instagram|facebook|linkedin|youtube|copyright|read more|learn more|click|cart|account)\b/

/**
 * The products and services that a site lists under a heading that calls them so ("Serviços", "Áreas de atuação"), or in
 * the first column of such a table. Only what is a name and stands in a list of its like; one that is the page's sole
 * item, a sentence, a menu's or a price is none. Takes turns with other work.
 */
export async function listedOfferings(site: SiteText, signal?: AbortSignal): Promise<Offering[]> {
  const turn = takeTurns(signal)
  const found = new Map<string, Offering>()
  for (const page of site.pages) {
    for (const { items, kind } of listsOf(page)) {
      const due = turn()
      if (due) await due
      const listed = items.flatMap((name) => offeringOf(name, kind, page, site) ?? [])
      // A list of which most is something else is no list of offerings.
      if (listed.length < fewest || listed.length * 2 <= items.length) continue
      for (const offering of listed) {
        const key = normalName(offering.name)
        if (!found.has(key) && found.size < mostOfferings) found.set(key, offering)
      }
    }
  }
  return [...found.values()]
}

type List = { items: string[]; kind: Offering['kind'] }

function* listsOf({ segments }: PageText): Generator<List> {
  let list: (List & { under: string; form: Segment['form'] }) | undefined
  for (const [at, { text, form, under }] of segments.entries()) {
    if (list && form === list.form && under === list.under) {
      list.items.push(form === 'row' ? text.split(' | ')[0]! : text)
      continue
    }
    if (list) yield list
    list = undefined
    if (form === 'item') {
      const kind = kindUnder(under)
      if (kind !== undefined) list = { items: [text], kind, under, form }
    } else if (form === 'row' && segments[at - 1]?.form !== 'row') {
      const head = comparable(text.split(' | ')[0]!)
      if (tableHead.test(head)) list = { items: [], kind: kindUnder(under) ?? null, under, form }
    }
  }
  if (list) yield list
}

/** Of the innermost heading and the line that leads into the list; undefined: they do not say that it is of offerings. */
function kindUnder(under: string): Offering['kind'] | undefined {
  const last = comparable(under.split('\n').at(-1) ?? '')
  const head = heads.find(([, pattern]) => pattern.test(last))
  return head === undefined ? undefined : head[0]
}

function offeringOf(written: string, kind: Offering['kind'], page: PageText, site: SiteText): Offering | undefined {
  const name = written.replace(/[;.,:]+$/, '').trim()
  const words = wordsOf(name)
  if (words.length === 0 || words.length > mostWords || name.length > longestName || name.length < 3) return undefined
  if (/[.!?:@|]|https?:|R\$|\d{4,}|\d+[.,]\d{2}\b/.test(name) || !/^[\p{Lu}\d]/u.test(name)) return undefined
  const plain = comparable(name)
  if (noOffering.test(plain) || /^(?:dra?|sra?|prof) /.test(plain)) return undefined
  if (isTemplateValue(name) || isOrderToModel(name) || site.own.words.has(plain)) return undefined
  if (words.length > 1 && words.every((word) => site.own.words.has(word)) && isOwnName(name, site.own)) return undefined
  const isHere = (place: Place) => place.url === page.url && !isAboutOthers(place)
  const place = placesOf(site, name, page.url).find(
    (each) =>
      isHere(each) && (each.form === 'item' || each.form === 'row') && affirmedWords(each).length === words.length,
  )
  if (!place) return undefined
  return {
    name,
    kind: kindOf(name, kind),
    description: null,
    evidence: [{ url: place.url, quote: place.quote }],
    confidence: confidenceOf({
      pages: pagesWith(site, name).length,
      isFoundByCode: true,
      doSourcesAgree: false,
      isContested: false,
    }),
  }
}

/** "Manutenção" under "Produtos" is left open. */
function kindOf(name: string, ofHeading: Offering['kind']): Offering['kind'] {
  const [told, ...others] = tellsKind(name, [])
  if (told === undefined || others.length > 0) return ofHeading
  return ofHeading === null || ofHeading === told ? told : null
}
