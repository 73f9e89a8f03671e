import type { Attributes } from './html-attributes.ts'

/** What an element of HTML means to a reader of its text. */
export type HtmlElement = {
  /** How its text stands to what surrounds it. */
  layout: 'inline' | 'apart' | 'break' | 'line' | 'paragraph' | 'heading' | 'item' | 'row' | 'cell'
  /** 1 to 6, of a heading. */
  level: number
  /** It has no content and no end tag. */
  isVoid: boolean
  /** What is in it is not shown, and its links lead nowhere. */
  isInert: boolean
  /** What is in it is not markup. */
  isRaw: boolean
  /** Its end tag may be left out. */
  endsItself: boolean
}

const inline: HtmlElement = {
  layout: 'inline',
  level: 0,
  isVoid: false,
  isInert: false,
  isRaw: false,
  endsItself: false,
}
const elements = new Map<string, HtmlElement>()

function define(names: string, what: Partial<HtmlElement>): void {
  for (const name of names.split(/\s+/)) elements.set(name, { ...(elements.get(name) ?? inline), ...what })
}

define('br', { layout: 'break' })
define('img input button', { layout: 'apart' })
define('caption dd div dt fieldset figcaption legend summary', { layout: 'line' })
define(
  `address article aside blockquote body center details dialog dl figure footer form header hr main nav ol p pre section
  table tbody tfoot thead ul`,
  { layout: 'paragraph' },
)
for (const level of [1, 2, 3, 4, 5, 6]) define(`h${level}`, { layout: 'heading', level })
define('li', { layout: 'item' })
define('tr', { layout: 'row' })
define('td th', { layout: 'cell' })
define('area base basefont br col command embed frame hr img input isindex keygen link meta param source track wbr', {
  isVoid: true,
})
define('noscript template svg select datalist canvas audio video', { isInert: true })
define('script style textarea iframe xmp noembed noframes plaintext', { isRaw: true })
define('p li dt dd td th tr thead tbody tfoot option optgroup rt rp colgroup', { endsItself: true })

/** By its lower-case name; one that has no meaning of its own is inline. */
export const htmlElement = (name: string): HtmlElement => elements.get(name) ?? inline

// By their style alone: not shown, without size or colour, cut away, or far outside of the window.
const unseen =
  /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0*\.?0+(?:px|em|rem|pt|%)?\s*(?:!|;|$)|(?:left|top|right|bottom|text-indent|margin-left|margin-top)\s*:\s*-\s*\d{4,}(?:\.\d+)?(?:px|em|rem|pt)?|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?\s*\)|clip-path\s*:\s*(?:inset\(\s*(?:50|100)%|circle\(\s*0))/i

const transparent = /(?:^|[;\s])opacity\s*:\s*0*\.?0+%?\s*(?:!|;|$)/i
// What slides or fades into sight as one scrolls is read by all.
const fadesIn = /transform|transition|animation|will-change/i
const struck = new Set(['del', 's', 'strike'])

/** Whether its name and its attributes hide an element: also a closed dialog, and words that are struck out. A page hidden as a whole shows itself once its script has run. */
export function isHidden(name: string, attributes: Attributes): boolean {
  if (name === 'html' || name === 'body') return false
  if (name === 'dialog' ? attributes.open === undefined : struck.has(name)) return true
  if (attributes.hidden !== undefined && attributes.hidden !== 'until-found') return true
  if (attributes['aria-hidden']?.trim().toLowerCase() === 'true') return true
  const { style } = attributes
  if (style === undefined) return false
  return unseen.test(style) || (transparent.test(style) && !fadesIn.test(style))
}
