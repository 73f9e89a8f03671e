import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { createReadProgress } from '../../../../src/main/commands/read/read-progress.ts'

function fakeStream(isTTY: boolean) {
  const written: string[] = []
  return { written, stream: { isTTY, columns: 80, write: (text: string) => written.push(text) > 0 } }
}
const env = { TERM: 'xterm' }
const read = (pagesRead: number, pagesPlanned: number) => ({
  pagesRead,
  pagesPlanned,
  url: 'http://oficina.test/sobre',
})
const percentOf = (text: string) => Number(/(\d+) %/.exec(stripVTControlCharacters(text))?.[1])

test('where nobody looks, nothing is written', () => {
  const { written, stream } = fakeStream(false)
  const progress = createReadProgress(stream, env, 'oficina.test')
  progress.onProgress(read(1, 4))
  progress.end('done', 'pronto')
  expect(written).toEqual([])
})

test('the bar never goes back, also when more pages come to light, and is full at the end', () => {
  const { written, stream } = fakeStream(true)
  const progress = createReadProgress(stream, env, 'oficina.test')
  for (const [pages, planned] of [
    [1, 2],
    [2, 12],
    [3, 12],
  ] as const)
    progress.onProgress(read(pages, planned))
  progress.end('done', '3 páginas')
  expect(written.map(percentOf).filter((percent) => !Number.isNaN(percent))).toEqual([0, 50, 50, 50, 100])
  expect(written[3]).toContain('3 de 12: /sobre')
})

test('the cursor comes back once, whatever the end, and nothing is drawn after it', () => {
  const { written, stream } = fakeStream(true)
  const progress = createReadProgress(stream, env, 'oficina.test')
  progress.end('failed', 'SITE_REFUSED')
  progress.end('done', 'pronto')
  progress.onProgress(read(1, 1))
  expect(written.filter((text) => text.includes('\x1b[?25h'))).toHaveLength(1)
  expect(written.at(-1)).toBe('\x1b[?25h')
})
