import { describe, expect, test } from 'vitest'
import { type Answer, isPassed, type Outcome, outcomeOf, qualityOf, scoreProfile } from '../../eval/score.ts'

const found = (website: string): Answer => ({ status: 'found', website })
const ended = (status: Answer['status']): Answer => ({ status, website: null })

test.each<[string, string | null, Answer, Outcome]>([
  ['its own site', 'torno', found('http://torno.test/'), 'found right'],
  ['its own site under www', 'torno', found('https://www.torno.test/inicio'), 'found right'],
  ["another company's site", 'torno', found('http://tornos.test/'), 'found wrong'],
  ["a page of it on a stranger's host", 'torno', found('http://guia.test/torno.test'), 'found wrong'],
  ['a site where there is none', null, found('http://torno.test/'), 'found wrong'],
  ['none where there is none', null, ended('none'), 'none right'],
  ['none where there is one', 'torno', ended('none'), 'none wrong'],
  ['no decision', 'torno', ended('ambiguous'), 'ambiguous'],
  ['no decision where there is none', null, ended('ambiguous'), 'ambiguous'],
  ['no result', null, ended('failed'), 'failed'],
])('%s', (_name, site, answer, outcome) => {
  expect(outcomeOf(site, answer)).toBe(outcome)
})

describe('quality', () => {
  const of = (outcome: Outcome, hasSite: boolean) => ({ outcome, hasSite })

  test('precision is over what was named, recall over what there is to find', () => {
    const { counts, precision, recall } = qualityOf([
      of('found right', true),
      of('found right', true),
      of('found wrong', false),
      of('none wrong', true),
      of('ambiguous', true),
      of('none right', false),
    ])
    expect(counts).toEqual({
      'found right': 2,
      'found wrong': 1,
      'none right': 1,
      'none wrong': 1,
      ambiguous: 1,
      failed: 0,
    })
    expect(precision).toBeCloseTo(2 / 3)
    expect(recall).toBe(0.5)
  })

  test('where nothing was named and nothing is to be found, neither is a number', () => {
    expect(qualityOf([of('none right', false)])).toMatchObject({ precision: null, recall: null })
  })

  test.each<[Outcome, boolean]>([
    ['found right', true],
    ['none wrong', true],
    ['ambiguous', true],
    ['found wrong', false],
    ['failed', false],
  ])('with one %s it is passed: %s', (outcome, passed) => {
    expect(isPassed(qualityOf([of('found right', true), of(outcome, true)]))).toBe(passed)
  })
})

describe('a profile beside the truth', () => {
  const claim = (value: string) => ({ value, evidence: [{ url: 'http://torno.test/', quote: value }], confidence: 1 })
  const offering = (name: string, description: string | null) => ({ ...claim(name), name, kind: null, description })
  const profile = {
    cnpjs: [claim('97104233000176'), claim('11222333000181')],
    contacts: {
      phones: [claim('+555433217740')],
      whatsapps: [claim('+555433217740'), claim('+5554999990000')],
      emails: [],
      socials: [],
    },
    offerings: [offering('Eixos', 'Torneamento até 1.500 mm')],
    description: claim('Fabrica ENGRENAGENS'),
    sector: null,
  }

  test('tells what is right, missing and invented, each telephone once', () => {
    const score = scoreProfile(profile, {
      cnpj: '97104233000176',
      phones: ['+555433217740', '+555433217741'],
      emails: ['vendas@torno.test'],
    })
    expect(score.cnpjs).toEqual({ right: ['97104233000176'], missing: [], invented: ['11222333000181'] })
    expect(score.phones).toEqual({
      right: ['+555433217740'],
      missing: ['+555433217741'],
      invented: ['+5554999990000'],
    })
    expect(score.emails).toEqual({ right: [], missing: ['vendas@torno.test'], invented: [] })
  })

  test('of a site that says nothing of it, everything is invented', () => {
    expect(scoreProfile(profile, { cnpj: null }).cnpjs.invented).toHaveLength(2)
  })

  test('looks for what the company sells in offerings and description, whatever the accents', () => {
    const offerings = ['torneamento até', 'engrenagens', 'Éixos', 'buchas']
    const score = scoreProfile(profile, { offerings })
    expect(score.offerings).toEqual({ right: offerings.slice(0, 3), missing: ['buchas'] })
  })
})
