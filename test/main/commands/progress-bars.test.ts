import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bar, barLine, createProgressBars } from '../../../src/main/commands/progress-bars.ts'

const bar = (fields: Partial<Bar> = {}): Bar => ({
  name: 'Clínica Patavorá',
  percent: 50,
  stage: 'discovery reading',
  message: 'Lendo clinicapatavora.test: página 2 de 4',
  outcome: 'pending',
  ...fields,
})
const wide = { columns: 100, isColored: false, nameWidth: 16 }

test('a bar says whose it is, how far, and what is being done', () => {
  expect(barLine(bar(), wide)).toBe(
    `› Clínica Patavorá ${'█'.repeat(12)}${'░'.repeat(12)}  50 %  Lendo clinicapatavora.test: página 2 de 4`,
  )
  expect(barLine(bar({ outcome: 'done', percent: 100, message: 'Perfil pronto' }), wide)).toBe(
    `✔ Clínica Patavorá ${'█'.repeat(24)} 100 %  Perfil pronto`,
  )
  expect(barLine(bar({ outcome: 'failed' }), wide)).toMatch(/^✖/)
})

test('bars of names of different lengths start in the same column', () => {
  const lines = ['Ipê', 'Clínica Patavorá'].map((name) => barLine(bar({ name }), wide))
  expect(new Set(lines.map((line) => line.indexOf('█')))).toEqual(new Set([19]))
})

test('a line never reaches the last column, whatever the terminal, the name and the message', () => {
  const anyBar = fc.record({
    name: fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    message: fc.string({ unit: 'binary', maxLength: 300 }),
    percent: fc.double({ min: -50, max: 150, noNaN: true }),
    outcome: fc.constantFrom('pending', 'done', 'failed'),
  })
  fc.assert(
    fc.property(anyBar, fc.integer({ min: 1, max: 200 }), fc.boolean(), (fields, columns, isColored) => {
      const line = barLine(bar(fields as Partial<Bar>), { columns, isColored, nameWidth: [...fields.name].length })
      expect([...stripVTControlCharacters(line)].length).toBeLessThan(columns)
    }),
  )
})

test('a percentage out of bounds fills the bar no further than full and no less than empty', () => {
  expect(barLine(bar({ percent: 250 }), wide)).toContain(`${'█'.repeat(24)} 100 %`)
  expect(barLine(bar({ percent: -3 }), wide)).toContain(`${'░'.repeat(24)}   0 %`)
})

test('what a message holds cannot move the cursor', () => {
  const line = barLine(bar({ message: 'um\x1b[2Jdois\r\ntrês' }), wide)
  expect(line).toContain('um [2Jdois três')
  expect(line).not.toMatch(/\p{Cc}/u)
})

test('a terminal gets the bars drawn over each other, and its cursor back', () => {
  const { stream, written } = fakeStream({ isTTY: true, columns: 100 })
  const bars = createProgressBars(stream, { TERM: 'xterm' })
  bars.update([bar(), bar({ name: 'Outra' })])
  bars.update([bar({ percent: 75 }), bar({ name: 'Outra' })])
  bars.close()
  bars.close()
  expect(written[0]!.startsWith('\x1b[?25l')).toBe(true)
  expect(written[1]!.startsWith('\x1b[2A\r')).toBe(true)
  expect(written[1]!.split('\n')).toHaveLength(3)
  expect(written.slice(2)).toEqual(['\x1b[?25h'])
})

test('NO_COLOR takes the colours away, not the drawing', () => {
  const draw = (env: NodeJS.ProcessEnv) => {
    const { stream, written } = fakeStream({ isTTY: true, columns: 100 })
    createProgressBars(stream, env).update([bar()])
    return written.join('')
  }
  expect(draw({ TERM: 'xterm' })).toContain('\x1b[36m')
  const plain = draw({ TERM: 'xterm', NO_COLOR: '1' })
  expect(plain).toBe(`\x1b[?25l\r${barLine(bar(), wide)}\x1b[K\n`)
})

test('where there is no terminal, each new stage is one plain line', () => {
  for (const [options, env] of [
    [{}, {}],
    [{ isTTY: true, columns: 100 }, { TERM: 'dumb' }],
  ] as const) {
    const { stream, written } = fakeStream(options)
    const bars = createProgressBars(stream, env)
    bars.update([bar({ stage: 'a', percent: 3, message: 'Consultando' }), bar({ name: 'Outra', stage: 'a' })])
    bars.update([bar({ stage: 'a', percent: 8, message: 'Ainda' }), bar({ name: 'Outra', stage: 'a' })])
    bars.update([bar({ stage: 'b', percent: 9.4, message: 'Procurando' }), bar({ name: 'Outra', stage: 'a' })])
    bars.close()
    expect(written).toEqual([
      'Clínica Patavorá: 3 %, Consultando\n',
      'Outra: 50 %, Lendo clinicapatavora.test: página 2 de 4\n',
      'Clínica Patavorá: 9 %, Procurando\n',
    ])
  }
})

function fakeStream(options: { isTTY?: boolean; columns?: number }) {
  const written: string[] = []
  return { written, stream: { ...options, write: (text: string) => written.push(text) > 0 } }
}
