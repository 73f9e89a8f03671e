const blank = /[ \t\n\r]*/y
const scalar = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y
const scalarBegin = /[-\w.+]*/y
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/** What may stand next; `key` only right after a comma, where an object may not end. */
type Expected = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing'

/** `line` and `column` from 1, in UTF-16 units. `isEnd`: all that is there may stand so, and more should follow. */
export type JsonBreak = { line: number; column: number; isEnd: boolean }

/**
 * Where a text that JSON.parse refuses stops being JSON (RFC 8259). The parser's own message says it in English, and
 * for many mistakes not at all. A loop rather than a recursion: there may be 100,000 levels.
 */
export function whereJsonBreaks(text: string): JsonBreak {
  const open: ('{' | '[')[] = []
  let expected: Expected = 'value'
  let at = 0
  const after = (pattern: RegExp): number | undefined => {
    pattern.lastIndex = at
    return pattern.test(text) ? pattern.lastIndex : undefined
  }
  const ended = (): Expected => (open.length === 0 ? 'nothing' : 'comma or end')
  for (;;) {
    at = after(blank)!
    const next = text[at]
    if (next === undefined) return breakAt(text, text.length)
    const isEndOfObject = next === '}' && open.at(-1) === '{'
    const isEndOfList = next === ']' && open.at(-1) === '['
    if ((isEndOfObject && /^(key or|comma or) end$/.test(expected)) || (isEndOfList && / end$/.test(expected))) {
      open.pop()
      expected = ended()
      at += 1
    } else if (expected === 'comma or end' && next === ',') {
      expected = open.at(-1) === '{' ? 'key' : 'value'
      at += 1
    } else if (expected === 'colon' && next === ':') {
      expected = 'value'
      at += 1
    } else if (/^key/.test(expected) && next === '"') {
      const end = endOfString(text, at)
      if (!end.isWhole) return breakAt(text, end.at)
      expected = 'colon'
      at = end.at
    } else if (/^value/.test(expected)) {
      if (next === '{' || next === '[') {
        open.push(next)
        expected = next === '{' ? 'key or end' : 'value or end'
        at += 1
      } else if (next === '"') {
        const end = endOfString(text, at)
        if (!end.isWhole) return breakAt(text, end.at)
        expected = ended()
        at = end.at
      } else {
        const [end, wordEnd] = [after(scalar), after(scalarBegin)!]
        if (end === undefined || end !== wordEnd) return breakAt(text, at)
        expected = ended()
        at = end
      }
    } else return breakAt(text, at)
  }
}

/** Behind a string that begins at `from`, or where it breaks. */
function endOfString(text: string, from: number): { at: number; isWhole: boolean } {
  let at = from + 1
  for (; at < text.length; at += 1) {
    if (text[at] === '"') return { at: at + 1, isWhole: true }
    if (text.charCodeAt(at) < 0x20) return { at, isWhole: false }
    if (text[at] !== '\\') continue
    escaped.lastIndex = at
    if (!escaped.test(text)) return { at, isWhole: false }
    at = escaped.lastIndex - 1
  }
  return { at, isWhole: false }
}

function breakAt(text: string, at: number): JsonBreak {
  const before = text.slice(0, at)
  const lineStart = before.lastIndexOf('\n') + 1
  const line = before.split('\n').length
  return { line, column: at - lineStart + 1, isEnd: at >= text.length }
}
