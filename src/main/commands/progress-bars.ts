import type { Writable } from 'node:stream'
import { cut, isDrawable, type Look, lookOf, oneLine, paint, type Style } from './terminal.ts'

/** `percent` is 0 to 100; `stage` changes when there is something new to say, `message` may change more often. */
export type Bar = {
  name: string
  percent: number
  stage: string
  message: string
  outcome: 'pending' | 'done' | 'failed'
}

const marks: Record<Bar['outcome'], { mark: string; style: Style }> = {
  pending: { mark: '›', style: 'cyan' },
  done: { mark: '✔', style: 'green' },
  failed: { mark: '✖', style: 'red' },
}
const shareOfName = 0.35
const fullWidth = { columns: 80, bar: 24 }
const halfWidth = { columns: 50, bar: 12 }
const leastBar = 6

/**
 * One bar as one line, never wider than the terminal less one column (a line that fills the last one wraps on some).
 * `nameWidth` is the longest name's, so that the bars stand below each other.
 */
export function barLine(bar: Bar, { columns, isColored, nameWidth }: Look & { nameWidth: number }): string {
  const { mark, style } = marks[bar.outcome]
  const percent = Math.round(Math.min(100, Math.max(0, bar.percent)))
  const barWidth = [fullWidth, halfWidth].find((each) => columns >= each.columns)?.bar ?? leastBar
  const filled = Math.floor((percent / 100) * barWidth)
  const width = Math.min(nameWidth, Math.floor(columns * shareOfName))
  const name = cut(oneLine(bar.name), width)

  let left = columns - 1
  const pieces: [Style, string][] = [
    [style, `${mark} `],
    ['bold', name + ' '.repeat(width - [...name].length)],
    ['reset', ' '],
    [style, '█'.repeat(filled)],
    ['dim', '░'.repeat(barWidth - filled)],
    ['reset', `${String(percent).padStart(4)} %  `],
    [bar.outcome === 'failed' ? 'red' : 'dim', oneLine(bar.message)],
  ]
  const fitted = pieces.map(([each, text]) => {
    const piece = cut(text, left)
    left -= [...piece].length
    return paint(each, piece, { isColored })
  })
  return fitted.join('').trimEnd()
}

export type ProgressBars = {
  update(bars: readonly Bar[]): void
  /** Leaves the bars as they stand and gives the cursor back. Safe to call again. */
  close(): void
}

const hideCursor = '\x1b[?25l'
const showCursor = '\x1b[?25h'
const clearToLineEnd = '\x1b[K'
const up = (lines: number) => `\x1b[${lines}A`

/** Draws bars in place on a terminal; anywhere else writes a plain line whenever a bar reaches another stage. */
export function createProgressBars(
  stream: Pick<Writable, 'write'> & { isTTY?: boolean; columns?: number },
  env: NodeJS.ProcessEnv,
): ProgressBars {
  return isDrawable(stream, env) ? drawnBars(stream, env) : plainLines(stream)
}

function drawnBars(
  stream: Pick<Writable, 'write'> & { isTTY?: boolean; columns?: number },
  env: NodeJS.ProcessEnv,
): ProgressBars {
  let drawn = 0
  let isOpen = false
  return {
    update(bars) {
      const nameWidth = Math.max(...bars.map(({ name }) => [...name].length))
      const look = { ...lookOf(stream, env), nameWidth }
      const lines = bars.map((bar) => `\r${barLine(bar, look)}${clearToLineEnd}\n`)
      stream.write(`${isOpen ? '' : hideCursor}${drawn > 0 ? up(drawn) : ''}${lines.join('')}`)
      drawn = lines.length
      isOpen = true
    },
    close() {
      if (isOpen) stream.write(showCursor)
      isOpen = false
      drawn = 0
    },
  }
}

function plainLines(stream: Pick<Writable, 'write'>): ProgressBars {
  const told = new Map<string, string>()
  return {
    update(bars) {
      for (const { name, stage, percent, message } of bars) {
        if (told.get(name) === stage) continue
        told.set(name, stage)
        stream.write(`${oneLine(name)}: ${Math.round(percent)} %, ${oneLine(message)}\n`)
      }
    },
    close() {},
  }
}
