/** Soft hyphens, zero-width and direction characters and tags, which split or turn words without showing. */
export const invisible =
  /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u{e0000}-\u{e007f}]/gu

/** On one line, every run of white space one blank. */
export const foldBlanks = (text: string): string => text.replace(/(?! \S)\s+/g, ' ').trim()

/** On one line, as a reader sees it. */
export const shownLine = (text: string): string => foldBlanks(text.replace(invisible, '')).toWellFormed()
