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

// By their style alone: not shown, without size, cut away, or far outside of the window.
const unseen =
  /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*collapse|font-size\s*:\s*0*\.?0+(?:px|em|rem|pt|%)?\s*(?:!|;|$)|(?:left|top|right|bottom|text-indent|margin-left|margin-top)\s*:\s*-\s*\d{4,}(?:\.\d+)?(?:px|em|rem|pt)?|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?\s*\)|clip-path\s*:\s*(?:inset\(\s*(?:50|100)%|circle\(\s*0))/i

/** Not in sight for now: what slides or fades in as one scrolls, or is folded up, begins like this too. */
const unseenAtFirst =
  /(?:^|[;\s])(?:opacity\s*:\s*0*\.?0+%?\s*(?:!|;|$)|visibility\s*:\s*hidden)|^(?=(?:[\s\S]*[;\s])?(?:max-)?(?:height|width)\s*:\s*0(?:px|em|rem|%)?\s*(?:!|;|$))(?=[\s\S]*overflow(?:-[xy])?\s*:\s*(?:hidden|clip))/i
const fadesIn = /transform|transition|animation|will-change/i
const hidingClass =
  /(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-text|screen-reader-only|element-invisible|hide-visually)(?:-focusable)?(?:\s|$)/i
const struck = new Set(['del', 's', 'strike'])

/**
 * Whether its name and its attributes hide an element from readers: also a closed dialog, words that are struck out, and
 * what only programs that read aloud are told. What a script brings into sight as one scrolls is not hidden (`opacity:0`
 * with a transition, or on an element of AOS, WOW.js, Webflow and the like; what hides so without a sign of that, is). A
 * page hidden as a whole shows itself once its script has run.
 */
export function isHidden(name: string, attributes: Attributes): boolean {
  if (name === 'html' || name === 'body') return false
  if (name === 'dialog' ? attributes.open === undefined : struck.has(name)) return true
  if (attributes.hidden !== undefined && attributes.hidden !== 'until-found') return true
  if (attributes['aria-hidden']?.trim().toLowerCase() === 'true') return true
  const isHiding = attributes.class !== undefined && hidingClass.test(attributes.class)
  if (isHiding) return true
  const { style } = attributes
  if (style === undefined) return false
  if (unseen.test(style) || isOfItsGround(style)) return true
  const comesIntoSight = fadesIn.test(style) || attributes.class !== undefined || attributes.animated !== undefined
  return !comesIntoSight && unseenAtFirst.test(style)
}

/** White on white: the letters have the colour of what they stand on, both said in the one style. */
function isOfItsGround(style: string): boolean {
  const color = colorOf(/(?:^|[;\s])color\s*:([^;!]+)/i.exec(style)?.[1])
  return color !== undefined && color === colorOf(/background(?:-color)?\s*:([^;!]+)/i.exec(style)?.[1])
}

const named: Record<string, string> = { white: '#ffffff', black: '#000000' }

function colorOf(written: string | undefined): string | undefined {
  const color = written?.trim().toLowerCase().replace(/\s+/g, '')
  if (!color) return undefined
  const rgb = /^rgba?\((\d+),(\d+),(\d+)(?:,1(?:\.0+)?)?\)$/.exec(color)
  if (rgb)
    return `#${rgb
      .slice(1, 4)
      .map((part) => Number(part).toString(16).padStart(2, '0'))
      .join('')}`
  if (/^#[0-9a-f]{3}$/.test(color)) return `#${[...color.slice(1)].map((digit) => digit + digit).join('')}`
  return named[color] ?? color
}
