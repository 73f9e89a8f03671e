import { comparable, wordsOf } from '../text/comparable-text.ts'
import type { Statement } from '../text/places.ts'

/** Words that deny what follows. */
export const negators: ReadonlySet<string> = new Set(
  'nao nunca jamais nem nenhum nenhuma tampouco sem exceto recusa recusamos recusam evita evitamos dispensa dispensamos proibido proibida livre livres zero not never neither nor without dont doesnt'.split(
    ' ',
  ),
)

// "Não só vendemos", "não deixe de ver", "não perca", "sem compromisso" deny nothing of what is offered.
const affirms =
  /^(?:(?:\S+ )?(?:so|somente|apenas|only|just)\b|(?:deixe|perca|hesite|espere|fique|importa|obstante|se preocupe|ha duvida|e a toa|por acaso)\b|(?:compromisso|burocracia|custo|complicac|duvida|estresse|preocupa|dor de cabeca|sair de casa|limite)|(?:e|ser) a toa)/
/** "Não vendemos", as a heading or a line that leads into what follows. */
const verbs =
  /^(?:\S+ ){0,2}(?:somos|sou|sao|era|eram|foi|foram|ser|temos|tem|ter|possui\w*|oferece\w*|vend\w+|fabric\w+|trabalh\w+|realiz\w+|faz\w*|prest\w+|atend\w+|comercializ\w+|represent\w+|dispo\w+|produz\w*|alug\w+|entreg\w+|aceit\w+|inclu\w+|cobr\w+|mant\w+|execut\w+|atua\w*|distribu\w+|constru\w+|instal\w+|conserta\w*|estamos|esta|are|is|was|have|has|offer\w*|sell\w*|make|provide\w*|do|does)\b/
/** These deny the next words, and others all to the end of their clause: "bolos sem açúcar, com frutas". */
const near = new Set(['sem', 'livre', 'livres', 'zero', 'without', 'exceto', 'nenhum', 'nenhuma'])
/** "Cimento não é vendido": what stands before is denied too. */
const passive =
  /^(?:e|sao|era|eram|foi|foram|sera|esta|estao|faz|fazem|ha|se|disponive(?:l|is)|inclus[oa]s?|incluid[oa]s?|vendid[oa]s?|oferecid[oa]s?|is|are|was)\b/
const exception =
  /\b(?:com|a) excecao d[eoa]s?\b|(?<=\b(?:tud\w+|tod[oa]s?)\b.{0,40})\bmenos\b|\bfora d[oae]s? (?:nosso |nossa )?(?:portfolio|catalogo|escopo|linha|alcance)\b/g
/** What was, or is to be: nothing that the company does or has. */
const notNow =
  /\b(?:antigamente|outrora|no passado|em breve|futuramente|brevemente|em (?:processo|fase|vias) d[eoa]|em processo|em andamento|em implantacao|noss[oa]s? (?:metas?|planos?|objetivos?)|metas? (?:para|de|e) |pretend(?:e|emos|iamos)|planejamos|ate (?:19|20)\d\d|vendiamos|faziamos|tinhamos|eramos|ofereciamos|produziamos|atendiamos|\w+avamos|\w+(?:[ae]r|ir)emos|coming soon|esgotad[oa]s?|indisponive(?:l|is)|fora de linha|sold out|out of stock|formerly|used to)\b/
const deniedRow = /\|\s*(?:n[ãa]o|no|✗|✘|❌|x|[-–—])\s*(?:\||$)/i

const nearReach = 4
const ceased = /\b(?:deixamos de|paramos de|deixou de|encerramos|descontinuamos|no longer|stopped)\b/

/** A clause ends with a sentence, or where the sentence turns round: "não vendemos X, mas Y". */
const clauseEnd = /[.!?;…]+(?=\s|$)|,?\s+(?:mas|porém|contudo|entretanto|todavia|e sim|but|however)\s/giu

/**
 * The words of a quote that its sentence, and the heading above it, do not deny. A word that is both denied and
 * affirmed counts.
 */
export function affirmedWords({ quote, context, under }: Statement): string[] {
  const quoted = wordsOf(quote)
  if (deniesAll(under) || isNoStatement(context)) return []
  const denied = new Set<string>()
  const affirmed = new Set<string>()
  for (const clause of context.split(clauseEnd)) {
    const plain = comparable(clause).replace(exception, 'exceto')
    const words = plain.split(' ').filter(Boolean)
    let deniedUntil = 0
    const end = ceased.exec(plain)
    const ceasedFrom = end ? plain.slice(0, end.index).split(' ').filter(Boolean).length : words.length
    words.forEach((word, index) => {
      if (negators.has(word)) {
        const rest = words.slice(index + 1, index + 8).join(' ')
        if (affirms.test(rest)) return
        deniedUntil = Math.max(deniedUntil, near.has(word) ? index + 1 + nearReach : words.length)
        if (word === 'nao' && passive.test(rest)) {
          for (const before of words.slice(0, index)) {
            affirmed.delete(before)
            denied.add(before)
          }
        }
        return
      }
      if (index < deniedUntil || index >= ceasedFrom) denied.add(word)
      else affirmed.add(word)
    })
  }
  return quoted.filter((word) => !denied.has(word) || affirmed.has(word))
}

/** A question states nothing, and neither does what was or is to be. */
const isNoStatement = (context: string): boolean =>
  /\?["”»)]*\s*$/.test(context) || deniedRow.test(context) || notNow.test(comparable(context))

/** A heading such as "O que não fazemos" denies all that stands under it. */
const deniesAll = (under: string): boolean =>
  under
    .split('\n')
    .slice(-2)
    .some((line) => {
      if (notNow.test(comparable(line))) return true
      const words = wordsOf(line)
      const at = words.findIndex((word) => negators.has(word))
      return (
        at !== -1 &&
        !/\?\s*$/.test(line) &&
        (words[0] === 'nem' || verbs.test(words.slice(at + 1).join(' '))) &&
        !affirms.test(words.slice(at + 1).join(' '))
      )
    })

/** Whether a line is a denial without its object, which the next line then is: "Não vendemos". */
export function isBareDenial(line: string): boolean {
  const words = wordsOf(line)
  const at = words.findIndex((word) => negators.has(word))
  // "Nem com", which goes on from a denial before.
  if (words[0] === 'nem' && words.length <= 3) return true
  return (
    at !== -1 &&
    words.length <= 4 &&
    words.length - at <= 2 &&
    !/\?\s*$/.test(line) &&
    verbs.test(words.slice(at + 1).join(' '))
  )
}
