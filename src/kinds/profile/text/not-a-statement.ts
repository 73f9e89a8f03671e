/*
 * What stands on a page and says nothing of the company: the text of a template that nobody has filled in, and what is
 * addressed to a program that reads the page.
 */

const templates = [
  /\blorem ipsum\b|\bdolor sit amet\b|\bconsectetur adipisc|\bsed ut perspiciatis\b|\bnulla (?:eget|vitae|facilisi)\b/i,
  /\b(?:just another|mais um site) wordpress\b|\bhello world!|\bol[aá],? mundo!|\bwelcome to wordpress\b|\bthis is (?:a|an example) (?:sample|page)\b/i,
  /\b(?:clique (?:aqui )?(?:duas vezes )?para (?:editar|adicionar|alterar)|click (?:here )?to (?:edit|add)|double click)\b/i,
  /\b(?:insira|adicione|coloque|digite|escreva|edite)\b[^.!?\n]{0,20}\b(?:seu|sua|um|este|o)\b[^.!?\n]{0,12}\b(?:texto|t[ií]tulo|par[aá]grafo|slogan|conte[uú]do)\b/i,
  /\b(?:add|write|edit|insert|put)\b[^.!?\n]{0,12}\b(?:your|this|a)\b[^.!?\n]{0,12}\b(?:text|heading|paragraph|title|content|tagline)\b/i,
  /\b(?:seu|your) (?:texto|slogan|t[ií]tulo|logo|text|tagline|heading) (?:aqui|here)\b|\b(?:sua empresa|nome da empresa|your company(?: name)?|company name) (?:aqui|here)\b/i,
  /\b(?:texto|imagem|conte[uú]do|produto|par[aá]grafo) de exemplo\b|\b(?:sample|dummy|placeholder) (?:text|page|content|product)\b/i,
  /[[{<](?:nome|raz[aã]o social|nome d[ao] (?:sua )?(?:empresa|cliente)|sua empresa|company(?: name)?|your company|cidade|ano|endere[cç]o)[\]}>]/i,
  /^\W*(?:a )?(?:sua|minha) empresa (?:é|foi|atua|oferece|nasceu)\s|^\W*(?:nome da empresa|your company|company name) (?:é|foi|atua|is|was|offers)\b/i,
]

/** A value that a template gives: the whole of it, not a part. */
const templateValue =
  /^(?:(?:a )?(?:sua|minha|nossa) (?:empresa|marca|loja|cl[ií]nica)|(?:meu|seu) (?:site|neg[oó]cio)|nome d[ao] (?:sua )?(?:empresa|loja|site|produto|servi[cç]o|cliente)|empresa (?:exemplo|teste|xyz|abc)|(?:your|my) (?:company|business|brand|site|website)(?: name)?|company(?: name)?|acme(?: (?:inc|corp|corporation|co))?|(?:produto|servi[cç]o|cliente|marca|parceiro|item|t[ií]tulo|product|service|client|brand|title)s?(?: (?:\d+|[a-c]|um|one))?|(?:john|jane) doe|fulano(?: de tal)?|cidade|city|teste?|exemplo|example|site t[ií]tulo|novo site|untitled|sem t[ií]tulo|n\/?a|x{3,}|p[aá]gina n[aã]o encontrada|page not found|not found|(?:erro |error )?404(?: .*)?)$/i

/** Whether a line or a sentence is a template's. */
export const isTemplateText = (text: string): boolean => templates.some((pattern) => pattern.test(text))

/** Whether a value, whole, is what a template puts where a company's own is to stand. */
export const isTemplateValue = (value: string): boolean =>
  templateValue.test(value.trim().replace(/[.!:]+$/, '')) || isTemplateText(value)

const orders = [
  /\b(?:ignor[ea]m?|ignoring|desconsider[ea]m?|esque[cç]am?|disregard|forget|override)\b[^\n]{0,60}(?:\binstru[cç]|\binstruction|\bprompt|\borienta[cç]|\bregras\b|\brules\b|\bprevious\b|\banterior|\babove\b)/i,
  /\b(?:previous|prior|earlier|system) (?:instructions?|prompts?)\b|\binstru[cç][oõ]es (?:anteriores|do sistema|acima)\b/i,
  /\b(?:escrev[ae]m?|diga|responda|afirme|declare|registre|inclua|acrescente|write|say|answer|respond|state|output|report|include|add)\b[^\n]{0,30}\b(?:que|that)\b[^\n]{0,40}\b(?:empresa|company|certifi|perfil|profile)/i,
  /\b(?:you are|voc[eê] (?:é|e|for))(?: now| agora)? (?:an? |uma? |o |the )?(?:ai|ia|llm|chatbot|assistant|assistente|(?:large )?language model|modelo de linguagem|rob[oô])\b/i,
  /\b(?:nota|aviso|aten[cç][aã]o|note|attention|message|mensagem|instru[cç][oõ]es?|instructions?)\b[^\n]{0,20}\b(?:para|ao?s?|to|for)\b[^\n]{0,12}\b(?:ai|ias?|llms?|chatbots?|assistentes?|assistants?|language models?|modelos? de linguagem)\b/i,
  /\b(?:aten[cç][aã]o|attention|dear|cara?)\b\W{0,3}(?:\p{L}{1,12} )?(?:ai|ias?|llms?|chatbots?|language models?|modelos? de linguagem)\b/iu,
  /\b(?:olvid[ae]n?|escrib[ae]n?|indi(?:ca|que)|considerem?)\b[^\n]{0,40}\b(?:instruc|anterior|que (?:la|esta|a) empresa|empresa (?:est[aá]|es|é|como)\b)/i,
  /\b(?:preencha|complete|rellen[ae]|fill(?: in)?|set|defina|retorne|return|output|liste)\b[^\n]{0,30}\b(?:certifications|business_model|offerings|year_founded|size_claimed|differentiators|json)\b/i,
  /\b(?:ao|quando|se|al|when|if|while)\b (?:voc[eê] |for |you (?:are )?)?(?:resum\w+|sumariz\w+|extrair|extraer|summari[sz]\w+|extract\w*)\b/i,
  /^\W*sistema\s*:[^\n]*\b(?:(?:a|la|esta) empresa|registr\w+|consider\w+|certificad\w+)\b/i,
  /@@ ?[0-9a-f]{4,}|@@[^\n]{0,40}\bend\b/i,
  /^\W*(?:instructions?|prompts?|responses?)\s*(?::|$)/i,
  /^\W*(?:system|assistant|user|developer)\s*:/i,
  /^\W*[{[]\s*[{[]?\s*"[\w-]+"\s*:/,
  /<\s?\|[a-z_]{2,30}\|\s?>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:start_of_turn|end_of_turn|system|assistant|instructions?|passages?|pages?|s)\b[^>\n]{0,60}>/i,
]

/** Letters of other alphabets that look like Latin ones, and these. */
const lookalikes = new Map(
  [...'аеорсухіјѕԁһмтвкнАЕОРСУХІЈЅМТВКНαοενικρτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ'].map((letter, index) => [
    letter,
    [...'aeopcyxijsdhmtbknAEOPCYXIJSMTBKHaoevikptuxABEZHIKMNOPTYX'][index]!,
  ]),
)
const latin = (line: string): string =>
  line.normalize('NFKC').replace(/[\u0370-\u052f]/g, (letter) => lookalikes.get(letter) ?? letter)

/** Whether a line is addressed to a model, or imitates the markup of one's prompt: no statement about a company. */
export function isOrderToModel(line: string): boolean {
  const plain = latin(line)
  return orders.some((pattern) => pattern.test(plain))
}
