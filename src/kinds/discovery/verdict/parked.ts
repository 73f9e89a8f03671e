import { quoted, type SitePage } from './site-pages.ts'

/** A page that is nobody's content, and the words that show it. */
export type Placeholder = { nature: 'challenge' | 'for_sale' | 'parked' | 'empty'; why: string; quote: string }

/** Content is longer than this, and then such words are its subject. */
const mostText = 1_500
const mostUnderConstruction = 400
/** A page that says less than this says nothing. */
const leastText = 25

// Titles and sentences of the services that stand between a visitor and a site.
const challenge =
  /\bjust a moment\b|\bum momento(?:…|\.\.\.)|attention required! \| cloudflare|checking (?:your browser|if the site connection is secure)|verif(?:y|ying) (?:that )?you are (?:a )?human|verif(?:ique|icando) (?:se|que) voc[eê] [eé] (?:um )?humano|ddos protection by|enable javascript and cookies to continue|pardon our interruption|request unsuccessful\. incapsula|sucuri website firewall|please complete the security check|press (?:&|and) hold|performing security verification/i
/** A form has such a box too. */
const captcha = /n[aã]o sou um rob[oô]|(?:resolva|complete|digite) o captcha|are you a robot/i
const mostAroundACaptcha = 300

const forSale =
  /(?<!\p{L})(?:dom[ií]nio|domain(?: name)?)(?!\p{L})[^\n]{0,80}(?:est[aá] (?:[aà] venda|dispon[ií]vel para (?:compra|venda))|[aà] venda(?!\p{L})|(?:is|may be) for sale)|compre (?:este|esse) dom[ií]nio|buy this domain|(?:fa[cç]a|envie) uma (?:oferta|proposta) (?:por|para|pelo) (?:este|esse|o) dom[ií]nio|make an offer on this domain|sedo domain parking|hugedomains|\bafternic\b|\bdan\.com\b/iu

const parked =
  /sedoparking|\bparked (?:free|domain)|domain (?:is )?parked|parkingcrew|bodis\.com|(?<!\p{L})dom[ií]nio (?:estacionado|reservado|sem (?:hospedagem|site) )|(?:este|esse|seu) dom[ií]nio (?:foi|est[aá]) (?:registrado|estacionado|congelado)|future home of|publique (?:o )?seu site|account (?:has been )?suspended|conta (?:foi )?suspensa|(?:este )?site (?:foi |est[aá] )?(?:suspenso|bloqueado por)|p[aá]gina padr[aã]o d[oe]|default (?:web )?(?:site )?page|welcome to nginx|it works!$|iis windows(?: server)?$|test page for (?:the )?(?:apache|nginx|http server)|web server's default page|^(?:# )?index of \/|dom[ií]nio expirou|domain (?:name )?(?:has )?expired|^(?:#+ )?(?:related searches|pesquisas relacionadas)/imu

const underConstruction =
  /(?:site|p[aá]gina|portal|loja|website|estamos)(?!\p{L})[^\n.]{0,40} em (?:constru[cç][aã]o|manuten[cç][aã]o|desenvolvimento)|^(?:# )?em (?:constru[cç][aã]o|manuten[cç][aã]o)[\s.!…]*$|^(?:# )?em breve(?!\p{L}).{0,40}$|novo site[^\n]{0,30} em breve|coming soon|under construction|^(?:# )?hello world!?$|^(?:# )?ol[aá],? mundo!?$|just another wordpress site|mais um site wordpress/imu

/**
 * Whether a page is one that stands in a site's place: what checks for robots, offers the domain for sale, or what a host
 * shows where there is no site (its own page, a server's default page, a directory listing, "em construção" alone).
 * A page that prints a CNPJ, or two ways to reach somebody, is none but a domain's for sale.
 */
export function placeholderOf(page: SitePage): Placeholder | null {
  const { title, text } = page
  const { cnpjs, phones, emails, addresses } = page.facts
  if (text.length > mostText || cnpjs.length > 0) return null
  const whole = [title ?? '', text].join('\n')
  const found = (pattern: RegExp, nature: Placeholder['nature'], why: string): Placeholder | null => {
    const match = pattern.exec(whole)
    return match && { nature, why, quote: quoted(lineAround(whole, match.index)) }
  }
  const robots = 'O site só mostrou uma verificação contra robôs'
  const sale = found(forSale, 'for_sale', 'O domínio está à venda')
  if (sale || phones.length + emails.length + addresses.length >= 2) return sale
  const isShort = text.length <= mostAroundACaptcha
  return (
    found(challenge, 'challenge', robots) ??
    (isShort && phones.length + emails.length === 0 ? found(captcha, 'challenge', robots) : null) ??
    found(parked, 'parked', 'O endereço mostra a página padrão de uma hospedagem, não um site') ??
    (text.length <= mostUnderConstruction
      ? found(underConstruction, 'parked', 'O site só diz que está em construção')
      : null) ??
    (whole.trim().length < leastText ? { nature: 'empty', why: 'O site não traz texto', quote: whole.trim() } : null)
  )
}

function lineAround(text: string, at: number): string {
  const end = text.indexOf('\n', at)
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, end === -1 ? undefined : end)
}
