import { comparable, wordsOf } from '../text/comparable-text.ts'
import type { Place } from '../text/places.ts'

/*
 * Which names in a sentence are the company's clients and brands. That a sentence has the word "cliente" is not enough:
 * "ajudamos clientes a vender para a Petromar" names no client. Between the word and the name stands nothing but what
 * belongs to a list of names.
 */

const clientWord =
  /\b(?:clientes?|cases?|confiam?|confianca|atend(?:e|emos|idos|idas)|atendendo|(?:entreg|execut|realiz|desenvolv|fornec|produz|fabric|trabalh)[aei]mos (?:\S+ ){0,3}?para|fizemos (?:\S+ ){0,3}?para|prestamos servicos? para|clients?|customers?|trusted by|serve)\b/
const clientHead =
  /\b(?:clientes?|cases?|portfolio|(?:quem )?(?:ja )?(?:nos )?(?:confia\w*|atend\w+)|clients?|customers?|trusted)\b/
const clientPath = /client|cases?|customer/i
/** What may stand between the word and a name, beside names. */
const joining = new Set(
  wordsOf(
    `a o as os um uma e de da do das dos em no na nos nas ao aos que são é como entre outros outras incluem inclui
    incluindo estão está tais exemplo por para desde hoje também já nossos nossas nosso nossa seus empresas empresa
    marcas redes rede grandes grande principais principal maiores nomes grupo grupos construtora construtoras indústria
    indústrias fábricas hospital hospitais prefeitura prefeituras banco bancos escola escolas hotel hotéis companhias
    multinacionais eles elas quais alguns algumas diversas diversos nós nos gente temos tem mais muitos
    the and of such like include including are is our with companies brands among`,
  ),
)
/** "…, e mais de 400 clientes" after the names. */
const closing = new Set([...joining, ...wordsOf('mais cerca outras outros confiam confia em nós')])

/** Whether the sentence, or the heading over a list of names, calls what is named a client. */
export function namesClient(value: string, { context, under, path }: Place): boolean {
  const at = positionOf(value, context)
  if (at === undefined) return false
  const before = context.slice(0, at.from)
  const after = context.slice(at.to)
  const word = last(comparable(before), clientWord)
  if (word !== undefined) return isList(before, wordsOf(before).length - word.wordsAfter, joining)
  const next = clientWord.exec(comparable(after))
  if (next) return isList(after.slice(0, tokenEnd(after, comparable(after).slice(0, next.index))), 0, closing)
  const isListed =
    under.split('\n').some((line) => clientHead.test(comparable(line)) && !clientDenied.test(comparable(line))) ||
    clientPath.test(path)
  return isListed && isList(before, 0, joining)
}

const clientDenied = /\b(?:area d[oe]|para|central d[oe]|atendimento ao|o que)\b/

/** "Compatível com a linha Bosch", "marcas como Bosch, somos nacionais": brands that others have. */
export const isOthersBrand = ({ context }: Place): boolean =>
  /\b(?:compativ\w+|compatibilidade|similar\w*|equivalent\w*|substitu\w+|alternativ\w+|no lugar d\w|em vez d\w|diferente\w* d\w|ao contrario d\w|melhor\w* (?:que|do que)|nao (?:somos|trabalhamos)|ex funcionari\w+|compatible|replac\w+)\b/.test(
    comparable(context),
  )

function positionOf(value: string, text: string): { from: number; to: number } | undefined {
  const from = text.toLowerCase().indexOf(value.toLowerCase())
  return from === -1 ? undefined : { from, to: from + value.length }
}

/** The last match, and how many words follow it. */
function last(plain: string, pattern: RegExp): { wordsAfter: number } | undefined {
  const found = [...plain.matchAll(new RegExp(pattern, 'g'))].at(-1)
  if (!found) return undefined
  return {
    wordsAfter: plain
      .slice(found.index + found[0].length)
      .split(' ')
      .filter(Boolean).length,
  }
}

/** Of the words from the one at `start`, each is a name's, a number or one that joins names. */
function isList(text: string, start: number, mayJoin: ReadonlySet<string>): boolean {
  const tokens = text.match(/[\p{L}\p{N}]+/gu) ?? []
  return tokens.slice(start).every((token) => /^[\p{Lu}\p{N}]/u.test(token) || mayJoin.has(wordsOf(token)[0] ?? ''))
}

const tokenEnd = (text: string, plain: string): number => {
  const wanted = plain.split(' ').filter(Boolean).length
  const found = [...text.matchAll(/[\p{L}\p{N}]+/gu)][wanted - 1]
  return found ? found.index + found[0].length : 0
}
