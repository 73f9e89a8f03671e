import { styleText } from 'node:util'

/** How wide lines may be, and whether colours are wanted. */
export type Look = { columns: number; isColored: boolean }

type Stream = { isTTY?: boolean; columns?: number }

const widestText = 100

/** Whether lines can be drawn again in place. */
export const isDrawable = (stream: Stream, env: NodeJS.ProcessEnv): boolean =>
  stream.isTTY === true && env.TERM !== 'dumb'

/** How a stream wants its text; `NO_COLOR` as on no-color.org. */
export const lookOf = (stream: Stream, env: NodeJS.ProcessEnv): Look => ({
  columns: stream.columns || widestText,
  isColored: isDrawable(stream, env) && !env.NO_COLOR,
})

export type Style = Parameters<typeof styleText>[0]

export const paint = (style: Style, text: string, { isColored }: Pick<Look, 'isColored'>): string =>
  isColored && text ? styleText(style, text, { validateStream: false }) : text

/** One line of what may come from a website: no control characters, which could move the cursor or worse. */
export const oneLine = (text: string): string => text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim()

/** At most so many characters, an ellipsis for what is missing. */
export function cut(text: string, length: number): string {
  const letters = [...text]
  if (letters.length <= length) return text
  return length < 1 ? '' : `${letters.slice(0, length - 1).join('')}…`
}

/** Breaks a text at its spaces. A word longer than `width` gets a line to itself. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
