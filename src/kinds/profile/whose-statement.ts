import { inCreditLine } from '../../extract/credit-line.ts'
import { comparable } from './comparable-text.ts'
import type { Place } from './site-text.ts'

const others =
  /\b(?:clientes?|parceir[oa]s?|fornecedor(?:es)?|depoimentos?|cases?|quem (?:confia|usa|ja)|confiam|patrocinador(?:es)?|apoiador(?:es)?|concorrentes?|clients?|customers?|partners?|testimonials?|trusted by)\b/
// "Para clientes", "área do cliente" head what is offered to them.
const toCustomers =
  /\b(?:para|aos?|area d[oe]s?|atendimento aos?|central d[oe]s?|for) (?:(?:nossos|seus|os) )?(?:clientes?|parceiros?|customers?)\b/
const othersPath =
  /\/(?:nossos-?)?(?:clientes?|parceiros?|parcerias|cases|depoimentos|clients|customers|partners|testimonials)(?:\.\w{2,5}|\/[^/]*)?\/?$/i
const othersAct =
  /\b(?:noss[oa]s?|seus?|suas?|d[oa]s?|o|a|os|as|um|uma|our|their) (?:(?:maior|principal|grande)\w* )?(?:clientes?|parceir[oa]s?|fornecedor(?:es)?|concorrentes?|clients?|customers?|partners?|suppliers?|competitors?) (?:\S+ ){0,5}?(?:oferece|vende|fabrica|presta|faz|realiza|produz|comercializa|fornece|atua|possui|tem|e|sao|sells?|makes?|offers?|provides?|is|are|has)m?\b/
const othersList =
  /\b(?:clientes?|parceir[oa]s?|fornecedor(?:es)?|quem confia|clients?|customers?|partners?)(?: (?:sao|como|incluem|atendidos|include|such as))?\s*(?::|\bcomo\b|\bincluem\b|\bsuch as\b|–|-)/i

const pageOfOthers =
  /\/(?:blog|noticias?|news|artigos?|articles?|posts?|imprensa|vagas?|carreiras?|careers?|jobs?|trabalhe(?:-conosco)?|politicas?|privacidade|privacy|termos|terms|cookies?|lgpd|legal|trocas|devoluc\w+)(?=[/._-]|$)|[/-](?:privacidade|privacy|cookies|lgpd|vagas|noticias)(?=[/._-]|$)/i

/** Whether a page is a blog's, the news', a vacancy's or a legal one: it gives contacts, and no claims of the company. */
export const isPageOfOthers = (path: string): boolean => pageOfOthers.test(path)

/** Whether a statement is, by its sentence, its heading or its page, about somebody other than the company. */
export function isAboutOthers(place: Place): boolean {
  const { context, under, path, quote } = place
  if (isCredit(place) || othersPath.test(path) || isPageOfOthers(path)) return true
  if (under.split('\n').some(headsOthers)) return true
  return (
    othersAct.test(comparable(context)) || othersList.test(context.slice(0, Math.max(0, context.indexOf(quote)) + 1))
  )
}

/** A long heading that speaks of clients is a slogan. */
const mostWords = 5

function headsOthers(heading: string): boolean {
  const plain = comparable(heading)
  return others.test(plain) && !toCustomers.test(plain) && plain.split(' ').length <= mostWords
}

/** Whether it stands in the line that names who made the site. */
export function isCredit({ context, quote }: Place): boolean {
  const at = context.indexOf(quote)
  return inCreditLine(context, at === -1 ? 0 : at + quote.length) || (at !== -1 && inCreditLine(context, at))
}
