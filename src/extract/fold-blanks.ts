/** On one line, every run of white space one blank. */
export const foldBlanks = (text: string): string => text.replace(/(?! \S)\s+/g, ' ').trim()
