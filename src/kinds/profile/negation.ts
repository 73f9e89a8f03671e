import { comparable, wordsOf } from './comparable-text.ts'
import type { Statement } from './site-text.ts'

/** Words that deny what follows. */
export const negators: ReadonlySet<string> = new Set(
  'nao nunca jamais nem nenhum nenhuma tampouco sem exceto not never neither nor without dont doesnt'.split(' '),
)

// "Não só vendemos", "não deixe de ver", "não perca", "sem compromisso" deny nothing of what is offered.
const affirms =
  /^(?:(?:\S+ )?(?:so|somente|apenas|only|just)\b|(?:deixe|perca|hesite|espere|fique|importa|obstante|se preocupe|ha duvida|e a toa|por acaso)\b|(?:compromisso|burocracia|custo|complicac|duvida|estresse|preocupa|dor de cabeca|sair de casa|limite)|(?:e|ser) a toa)/
// After these the denial reaches to the end of the clause; after others, over the next words only.
const verbs =
  /^(?:\S+ ){0,2}(?:somos|sou|sao|era|eram|foi|foram|ser|temos|tem|ter|possui\w*|oferece\w*|vend\w+|fabric\w+|trabalh\w+|realiz\w+|faz\w*|prest\w+|atend\w+|comercializ\w+|represent\w+|dispo\w+|produz\w*|alug\w+|entreg\w+|aceit\w+|inclu\w+|cobr\w+|mant\w+|execut\w+|atua\w*|distribu\w+|constru\w+|instal\w+|conserta\w*|estamos|esta|are|is|was|have|has|offer\w*|sell\w*|make|provide\w*|do|does)\b/
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
  if (deniesAll(under)) return []
  const denied = new Set<string>()
  const affirmed = new Set<string>()
  for (const clause of context.split(clauseEnd)) {
    const words = wordsOf(clause)
    let deniedUntil = 0
    const end = ceased.exec(comparable(clause))
    const ceasedFrom = end ? comparable(clause).slice(0, end.index).split(' ').filter(Boolean).length : words.length
    words.forEach((word, index) => {
      if (negators.has(word)) {
        const rest = words.slice(index + 1, index + 8).join(' ')
        if (affirms.test(rest)) return
        deniedUntil = Math.max(deniedUntil, verbs.test(rest) ? words.length : index + 1 + nearReach)
        return
      }
      if (index < deniedUntil || index >= ceasedFrom) denied.add(word)
      else affirmed.add(word)
    })
  }
  return quoted.filter((word) => !denied.has(word) || affirmed.has(word))
}

/** A heading such as "O que não fazemos" denies all that stands under it. */
const deniesAll = (under: string): boolean =>
  under
    .split('\n')
    .slice(-2)
    .some((line) => {
      const words = wordsOf(line)
      const at = words.findIndex((word) => negators.has(word))
      return (
        at !== -1 &&
        !/\?\s*$/.test(line) &&
        verbs.test(words.slice(at + 1).join(' ')) &&
        !affirms.test(words.slice(at + 1).join(' '))
      )
    })
