import { inCreditLine } from '../../../extract/credit-line.ts'
import { comparable } from '../text/comparable-text.ts'
import type { Place } from '../text/places.ts'

const others =
  /\b(?:clientes?|parceir[oa]s?|fornecedor(?:es)?|cases?|quem (?:confia|usa|ja)|confiam|patrocinador(?:es)?|apoiador(?:es)?|concorrentes?|clients?|customers?|partners?|trusted by)\b/
// "Para clientes", "área do cliente" head what is offered to them.
const toCustomers =
  /\b(?:para|aos?|area d[oe]s?|atendimento aos?|central d[oe]s?|for) (?:(?:nossos|seus|os) )?(?:clientes?|parceiros?|customers?)\b/
/** Over what customers say, however long the heading is. */
const testimonies =
  /\b(?:depoimentos?|testemunhos?|relatos? de (?:clientes?|pacientes?|alunos?)|o que (?:(?:os|as|nossos|nossas|seus) )?(?:\w+ )?(?:dizem|falam|acham|pensam|contam|estao (?:dizendo|falando))|quem (?:ja )?(?:usou|comprou|fez|provou|conhece) (?:recomenda|aprova|indica|sabe)|avaliac(?:ao|oes) (?:d[eo]s?|no) (?:google|clientes?|nossos|alunos?|pacientes?)|avaliacoes|historias? de sucesso|testimonials?|reviews|what (?:our )?(?:clients|customers|people) (?:say|are saying))\b/
/** Over what is offered to staff, and over what the law asks for. */
const notToCustomers =
  /\b(?:trabalhe (?:conosco|com a gente)|venha (?:trabalhar|fazer parte)|faca parte d[oae] (?:\w+ )?(?:time|equipe)|vagas? (?:abertas?|de emprego|de trabalho|disponive(?:l|is))|oportunidades de (?:emprego|trabalho|carreira)|banco de talentos|envie seu curriculo|(?:por ?que|como e|vantagens de) trabalhar|beneficios (?:para|d[oe]s?) (?:\w+ )?(?:colaborador|funcionari|equipe|time)\w*|nossos beneficios|politicas? de (?:privacidade|cookies|dados)|(?:uso|aviso|preferencias|configurac\w+) de cookies|aviso (?:legal|de privacidade)|termos (?:de uso|e condic\w+)|protecao dos seus dados|join our team|work with us|privacy policy)\b|^(?:vagas?|carreiras?|careers?|privacidade|lgpd)$/
const othersPath =
  /\/(?:nossos-?)?(?:clientes?|parceiros?|parcerias|depoimentos|clients|customers|partners|testimonials)(?:\.\w{2,5}|\/[^/]*)?\/?$|\/(?:cases?|casos-de-sucesso|historias-de-sucesso)(?:[./]|$)/i
const othersAct =
  /\b(?:noss[oa]s?|seus?|suas?|d[oa]s?|o|a|os|as|um|uma|our|their) (?:(?:maior|principal|grande)\w* )?(?:clientes?|parceir[oa]s?|fornecedor(?:es)?|concorrentes?|clients?|customers?|partners?|suppliers?|competitors?) (?:\S+ ){0,5}?(?:oferece|vende|fabrica|presta|faz|realiza|produz|comercializa|fornece|atua|atende|possui|tem|sells?|makes?|offers?|provides?|is|are|has)m?\b/
/** Told from "and" by its accent. */
const othersAre =
  /(?<!\p{L})(?:noss[oa]s?|seus?|suas?|d[oa]s?|[oa]s?|uma?) (?:clientes?|parceir[oa]s?|fornecedor(?:es)?|concorrentes?) (?:[^\s.]+ ){0,5}?(?:é|são)(?!\p{L})/iu
const othersList =
  /\b(?:clientes?|parceir[oa]s?|fornecedor(?:es)?|quem confia|clients?|customers?|partners?)(?: (?:sao|como|incluem|atendidos|include|such as))?\s*(?::|\bcomo\b|\bincluem\b|\bsuch as\b|–|-)/i
/** What rivals have is set beside what the company has. */
const compared =
  /\b(?:enquanto (?:os |as |a |o )?(?:outr|demais|concorr|maioria|mercado)\w*|outr[oa]s (?:marcas|empresas|lojas|fornecedores|fabricantes|escolas|clinicas)|concorrentes?|concorrencia|comparad[oa]s? (?:a|ao|com)|ao contrario d[aeo]s?|diferente(?:mente)? d[aeo]s?|unlike|competitors?|other (?:brands|companies))\b/
/** A banner's or a policy's words: what becomes of data, and how the site works. */
const smallPrint =
  /\b(?:usa\w*|utiliz\w+|aceit\w+|armazen\w+|gerenci\w+|rejeit\w+|desativ\w+|permit\w+|instal\w+) (?:\S+ ){0,3}?cookies\b|\bcookies\b.*\b(?:naveg\w+|site|experiencia|privacidade|trafego|preferencias|consent\w+)\b|\b(?:este|deste|neste|nosso|no) site (?:usa|utiliza|coleta|armazena)\b|\b(?:navegac\w+|visitantes?|usuarios?) d[eo] (?:\w+ )?site\b|\bexperiencia (?:de navegac\w+|a(?:os?)? (?:visitante|usuario)s?|do usuario|neste|no site)\b|\b(?:compartilh\w+|colet\w+|armazen\w+|trat(?:amos|amento)|process(?:amos|ados)|ced\w+) (?:\S+ ){0,3}?(?:dados|informacoes)\b|\bdados (?:\S+ ){0,4}?(?:compartilhad|coletad|armazenad|tratad|cedid|vendid)\w+|\bseus dados\b|\bgoogle analytics\b|\b(?:this|our) (?:web)?site uses\b|\bwe use cookies\b/
/** A vacancy's words. */
const vacancy =
  /\b(?:vagas? (?:para|de|aberta|em)|contrata(?:mos|-se|ndo)?\b(?! (?:de|do|da))|processo seletivo|candidat(?:e|os?|as?|ar)\b|curriculo|regime clt|\bclt\b|salario|beneficios oferecidos|vale (?:refeicao|alimentacao|transporte) (?:e|plano|vale)|requisitos da vaga|we are hiring|job opening)\b/
/** What somebody of the company did before, or studied. */
const career =
  /\b(?:socio|socia|diretor|diretora|fundador|fundadora|dr|dra|doutor\w*|engenheir[oa]|advogad[oa]|professor\w*|medic[oa]|chef|ceo|gerente|el[ea])\b(?: \S+){0,8}? (?:trabalhou|atuou|passou|estudou|formou|graduou|morou|dirigiu|chefiou|liderou|worked|studied)\b/

/** "A siderurgia cresceu 5 % no ano": of a market, or of a country. */
const ofTheMarket =
  /\b(?:cresceu|crescera|crescem?|movimentou|movimentam?|aumentou|caiu|recuou|faturou|representou|representa)\b.*\b(?:por cento|ano|anos|bilho\w+|milho\w+|pib|\d+)\b/
const ours = /\b(?:noss[oa]s?|nos|\w{3,}(?:amos|emos|imos)|we|our)\b/

const pageOfOthers =
  /\/(?:blog|noticias?|news|artigos?|articles?|posts?|imprensa|vagas?|carreiras?|careers?|jobs?|trabalhe(?:-conosco)?|politicas?|privacidade|privacy|termos|terms|cookies?|lgpd|legal|trocas|devoluc\w+)(?=[/._-]|$)|[/-](?:privacidade|privacy|cookies|lgpd|vagas|noticias)(?=[/._-]|$)/i

/** Whether a page is a blog's, the news', a vacancy's or a legal one: it gives contacts, and no claims of the company. */
export const isPageOfOthers = (path: string): boolean => pageOfOthers.test(path)

/**
 * Whether a statement is none of the company's about its trade, whomever it may name: a customer's own words, a banner's,
 * a vacancy's, a rival's column, the line of whoever made the site.
 */
export function isNoClaim(place: Place): boolean {
  if (place.isTestimony || isCredit(place) || isPageOfOthers(place.path)) return true
  const heads = place.under.split('\n').map(comparable)
  if (heads.some((head) => testimonies.test(head) || notToCustomers.test(head))) return true
  const said = comparable(place.context)
  const isOfMarket =
    ofTheMarket.test(said) && !ours.test(said) && !said.split(' ').some((word) => place.own?.words.has(word))
  return isOfMarket || smallPrint.test(said) || vacancy.test(said) || career.test(said)
}

/** Whether a statement is, by its sentence, its heading or its page, about somebody other than the company. */
export function isAboutOthers(place: Place): boolean {
  const { context, under, path, quote } = place
  if (isNoClaim(place) || othersPath.test(path)) return true
  if (under.split('\n').some(headsOthers)) return true
  const said = comparable(context)
  return (
    othersAct.test(said) ||
    othersAre.test(context) ||
    compared.test(said) ||
    othersList.test(context.slice(0, Math.max(0, context.indexOf(quote)) + 1))
  )
}

/** Whether its sentence, heading or page is about partners and rivals; clients may be what it names. */
export function isAboutPartners({ context, under, path }: Place): boolean {
  const partners = /\b(?:parceir[oa]s?|parcerias?|fornecedor(?:es)?|partners?|suppliers?)\b/
  const said = comparable(context)
  return (
    othersAct.test(said) ||
    othersAre.test(context) ||
    compared.test(said) ||
    /\/(?:parceiros?|parcerias|fornecedores|partners)(?:[./]|$)/i.test(path) ||
    under.split('\n').some((line) => headsOthers(line) && partners.test(comparable(line)) && !/client/i.test(line))
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
