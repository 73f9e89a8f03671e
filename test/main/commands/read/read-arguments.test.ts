import { expect, test } from 'vitest'
import { parseReadArguments, readHelp } from '../../../../src/main/commands/read/read-arguments.ts'

test('an address alone is read with the settings, and shown in short', () => {
  expect(parseReadArguments(['https://oficina.test/sobre'])).toEqual({
    url: 'https://oficina.test/sobre',
    maxPages: undefined,
    show: 'summary',
    page: undefined,
  })
})

test.each([
  [['oficina.test', '--text'], { show: 'text' }],
  [['--json', 'oficina.test'], { show: 'json' }],
  [['--pages', '3', 'oficina.test'], { maxPages: 3 }],
  [['oficina.test', '--pages=200'], { maxPages: 200 }],
  [['oficina.test', '--page', '/contato'], { page: '/contato' }],
])('%j', (args, wanted) => expect(parseReadArguments(args)).toMatchObject({ url: 'oficina.test', ...wanted }))

test.each([[['--help']], [['-h']], [['oficina.test', '--pages', 'x', '--help']]])('%j asks for help', (args) => {
  expect(parseReadArguments(args)).toBe('help')
})

test.each([
  [[], 'falta o endereço'],
  [['um.test', 'dois.test'], 'dois.test'],
  [['não é um endereço'], 'não é o endereço'],
  [['um.test', '--pags', '3'], '--pags não existe'],
  [['um.test', '--toString'], '--toString não existe'],
  [['um.test', '-x'], '-x não existe'],
  [['um.test', '--pages'], '--pages precisa de um valor'],
  [['um.test', '--page'], '--page precisa de um valor'],
  [['um.test', '--page', '--text'], '--page precisa de um valor'],
  [['um.test', '--text=sim'], '--text não tem valor'],
  [['um.test', '--pages', '0'], '1 a 200'],
  [['um.test', '--pages', '201'], '1 a 200'],
  [['um.test', '--pages', '-1'], '1 a 200'],
  [['um.test', '--pages', '1e2'], '1 a 200'],
  [['um.test', '--json', '--text'], 'não combinam'],
  [['um.test', '--json', '--page', '1'], 'não combinam'],
])('%j is refused with a sentence', (args, sentence) => {
  expect(parseReadArguments(args)).toEqual({ problem: expect.stringContaining(sentence) })
})

test('the help names every option, and no line of it is wider than a terminal', () => {
  for (const option of ['--pages', '--text', '--page', '--json', '--help']) expect(readHelp).toContain(`  ${option} `)
  for (const line of readHelp.split('\n')) expect(line.length).toBeLessThan(80)
})
