const longest = 160

/** A value found in a text, and where its written form stands. */
export type Found = { value: string; start: number; end: number }

/**
 * The text around `start`..`end`, as it stands there: its own line, cut at word boundaries to 160 characters in all, the
 * found part always within.
 */
export function quoteAround(text: string, start: number, end: number): string {
  const room = longest - (end - start)
  if (room <= 0) return text.slice(start, start + longest).toWellFormed()
  const reachStart = Math.max(0, start - longest)
  const lineStart = reachStart + text.slice(reachStart, start).lastIndexOf('\n') + 1
  const following = text.slice(end, end + longest)
  const newline = following.indexOf('\n')
  const lineEnd = end + (newline === -1 ? following.length : newline)
  // What is said before a value (its label) matters more than what follows.
  const after = Math.min(lineEnd - end, Math.max(Math.floor(room / 3), room - (start - lineStart)))
  let from = Math.max(lineStart, start - (room - after))
  let to = end + after
  if (from > 0 && /\S/.test(text[from - 1]!)) from = nextWord(text, from, start)
  if (to < text.length && /\S/.test(text[to]!)) to = previousWord(text, to, end)
  return text.slice(from, to).trim()
}

// Within the reach of the quote: a text without blanks is not searched to its end for each.
function nextWord(text: string, from: number, start: number): number {
  const space = text.slice(from, start).indexOf(' ')
  return space === -1 ? start : from + space + 1
}

function previousWord(text: string, to: number, end: number): number {
  const space = text.slice(end, to + 1).lastIndexOf(' ')
  return space === -1 ? end : end + space
}
