const telephone =
  /tele?fon|telefôn|\btels?\b|fones?\b|celular(?:es)?|\bcel\b|whats|\bwpp\b|\bzap|ligue|ligar|liga[cç][aã]o|chame|disque|\bfax\b|pabx|\bphones?\b|\bcall\b|☎|📞|📱|✆|📲/iu
// These say it only directly before: "Vendas: 11…", not "Vendas em 2024: 11…".
const contact =
  /(?:contatos?|atendimento|central|\bsac\b|plant[aã]o|comercial|vendas|or[cç]amentos?|fale conosco|\bramal|recep[cç][aã]o)[^\p{L}\p{N}]{0,12}$/iu
const whatsappWords = /whats ?app|whats\b|\bwpp\b|\bzap/i

// Never the name of a telephone number.
const codes =
  'protocolo|processo|\\bcpf\\b|\\bcnpj\\b|\\bcgc\\b|\\brg\\b|\\bpis\\b|\\bnis\\b|\\bcnh\\b|\\bnire\\b|renavam|chassi|c[oó]digo(?! de [aá]rea)|\\bc[oó]d\\b|barras|boleto|linha digit[aá]vel|nosso n[uú]mero|rastre\\p{L}*|\\bean\\b|\\bgtin\\b|\\bsku\\b|\\bisbn\\b|\\bissn\\b|\\bnfs?-?e\\b|nota fiscal|chave(?! ?(?:do |de |da )?pix)|\\bcep\\b|n[uú]mero de s[eé]rie|patrim[oô]nio|latitude|longitude|\\blat\\b|\\bl(?:ng|ong)\\b|coordenadas|\\bgps\\b|pedido n|t[ií]tulo de eleitor|edital|preg[aã]o|licita[cç][aã]o|r\\$|us\\$|€'
// Also the names of places and people that have a telephone, and words of other meanings.
const names =
  'pedido|inscri[cç][aã]o|\\bi\\.?e\\.?\\b|\\bi\\.?m\\.?\\b|creci|\\boab\\b|\\bcrea\\b|\\bcau\\b|\\bcnes\\b|\\bsusep\\b|anvisa|registro|ag[eê]ncia|\\bag\\b|\\bc\\/c\\b|\\bconta\\b|\\bcc\\b|matr[ií]cula|contrato|portaria(?! ?:)|\\blei\\b|decreto|resolu[cç][aã]o|\\bnorma\\b|\\bata\\b|\\bnota\\b|\\bnf\\b|\\bcr[a-z]\\b|\\bcr[a-z]{2}\\b|\\bid\\b|\\bart\\b|patente|lote|refer[eê]ncia|\\bref\\b|ap[oó]lice|recibo|fatura|s[eé]rie|\\bmodelo\\b|\\bpe[cç]a\\b|\\bitem\\b|alvar[aá]|licen[cç]a|vers[aã]o|autoriza[cç][aã]o'
const numbered = '(?: ?(?:(?<!\\p{L})n\\.?[ºo°]?|n[uú]mero|n[uú]m|:)\\.?)*[^\\p{L}\\p{N}\\n]{0,12}$'
const nearReach = 40
const codeNear = new RegExp(`(?:${codes})${numbered}`, 'iu')
const nameNear = new RegExp(`(?:${names})${numbered}`, 'iu')
const lastCode = new RegExp(`^.*(?:${codes})`, 'isu')
const lastCodeOrName = new RegExp(`^.*(?:${codes}|${names}|\\bpix\\b)`, 'isu')

/** Whether `before`, the text up to a number, speaks of telephones in its line, or in the one before if it opens one. */
export function saysPhone(before: string): boolean {
  // Behind another number what was said of that one holds, if nothing else is said.
  const label = labelIn(before)
  return telephone.test(/\p{L}{2}/u.test(label) ? label : lastLine(before)) || contact.test(label)
}

/** Whether the words before a number are the name of something written in digits that is never a telephone. */
export const saysCode = (before: string): boolean => codeNear.test(before.slice(-nearReach))

/**
 * Whether they may name another number than a telephone: directly before it, or in its sentence with no word of
 * telephones between; of the latter all such words when the number is `bare`, else those with no other meaning.
 */
export function saysOther(before: string, bare: boolean): boolean {
  const near = before.slice(-nearReach)
  if (codeNear.test(near) || nameNear.test(near)) return true
  const sentence = labelIn(before).replace(/^.*(?:[.!?;]\s+(?=\p{Lu})|\|\s*(?=\p{L}))/su, '')
  const after = (bare ? lastCodeOrName : lastCode).exec(sentence)?.[0].length
  return after !== undefined && !telephone.test(sentence.slice(after))
}

/** Whether they say that the number is one of WhatsApp. */
export const saysWhatsapp = (before: string): boolean => whatsappWords.test(labelIn(before))

/** The length of the words directly behind a number that say WhatsApp is there, and are not the label of the next one. */
export function whatsappBehind(after: string): number {
  if (!/^.{0,6}[wz]/iu.test(after)) return 0
  return (
    /^ ?(?:[-–/|] ?)?(?:\( ?(?:e )?(?:whats ?app|whats|wpp|zap) ?\)|(?:e )?(?:whats ?app|whats|wpp|zap)(?!\p{L})(?![ :.|–-]{0,3}[(+\d]))/iu.exec(
      after,
    )?.[0].length ?? 0
  )
}

const labelIn = (before: string): string => lastLine(before.replace(/^.*\d{3}/s, ''))

// The line up to the number; and the line before, when the number opens its own or only a mark stands there.
function lastLine(before: string): string {
  const lines = before.split('\n').filter((line, index, all) => line.trim() || index === all.length - 1)
  const own = lines.at(-1) ?? ''
  return /\p{L}/u.test(own) ? own : `${lines.at(-2) ?? ''}\n${own}`
}
