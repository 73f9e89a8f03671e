import { describe, expect, it } from 'vitest'
import { type Decision, decide } from '../../../../src/kinds/discovery/decide.ts'
import { type EvidencePoints, evidencePoints } from '../../../../src/kinds/discovery/verdict/evidence-points.ts'
import { gatherEvidence } from '../../../../src/kinds/discovery/verdict/gather-evidence.ts'
import { type Verdict, verify, weigh } from '../../../../src/kinds/discovery/verdict/verify.ts'
import { type VerdictCase, verdictCases } from './verdict-cases.ts'

type Looked = { url: string; verdict: Verdict }

const cases = verdictCases()

const look = ({ company, sites }: VerdictCase): Looked[] =>
  sites.map(({ url, origin, pages }) => ({ url, verdict: verify(company, origin, { pages, homeUrl: url }) }))

const told = (decision: Decision<Looked>): VerdictCase['expected'] => ({
  status: decision.status,
  ...(decision.status === 'found' && { site: decision.chosen.url }),
  ...(decision.status === 'ambiguous' && { between: decision.between.map(({ url }) => url).sort() }),
})

describe('which website is the company’s', () => {
  it.each(cases)('$situation', (each) => {
    const looked = look(each)
    expect(told(decide(looked))).toEqual(each.expected)
    expect(looked.map(({ verdict }) => verdict.nature)).toEqual(each.sites.map(({ nature }) => nature))
  })

  it('does not depend on the order of looking', () => {
    for (const each of cases) expect(told(decide(look(each).reverse())), each.situation).toEqual(each.expected)
  })

  it('is the same, however the points are set within a fifth', () => {
    const kinds = Object.keys(evidencePoints) as (keyof EvidencePoints)[]
    const gathered = cases.map(({ company, expected, sites, situation }) => ({
      situation,
      expected,
      sites: sites.map(({ url, origin, pages }) => ({
        url,
        said: gatherEvidence(company, origin, { pages, homeUrl: url }),
      })),
    }))
    const wrong: string[] = []
    const missed: string[] = []
    for (const factors of settings(kinds.length)) {
      const points = Object.fromEntries(kinds.map((kind, at) => [kind, evidencePoints[kind] * factors[at]!]))
      for (const { situation, expected, sites } of gathered) {
        const looked = sites.flatMap(({ url, said }) =>
          'placeholder' in said ? [] : [{ url, verdict: weigh(said, points as EvidencePoints) }],
        )
        const { site } = told(decide(looked))
        if (site !== undefined && site !== expected.site) wrong.push(situation)
        if (site === undefined && expected.site !== undefined) missed.push(situation)
      }
    }
    expect({ wrong, missed }).toEqual({ wrong: [], missed: [] })
  })

  it('is not doubted for a head office elsewhere once it has shown its number', () => {
    const against = cases.flatMap((each) =>
      look(each).flatMap(({ verdict }) =>
        verdict.proof === 'cnpj' || verdict.proof === 'root' ? verdict.reasons.filter(({ points }) => points < 0) : [],
      ),
    )
    expect(against).toEqual([])
  })

  it('gives each reason its quote and its place, and the score is their sum', () => {
    for (const each of cases) {
      for (const { verdict } of look(each)) {
        for (const { what, quote, url } of verdict.reasons)
          expect(
            [what, quote, url].every((said) => typeof said === 'string' && said !== '') || verdict.nature === 'empty',
            `${each.situation}: ${what}`,
          ).toBe(true)
        expect(
          verdict.reasons.reduce((sum, { points }) => sum + points, 0),
          each.situation,
        ).toBe(verdict.score)
        expect(verdict.confidence).toBeGreaterThanOrEqual(0)
        expect(verdict.confidence).toBeLessThanOrEqual(1)
        expect(verdict.standing === 'proven', each.situation).toBe(verdict.proof !== null)
        expect(verdict.standing === 'proven' && verdict.isImpossible, each.situation).toBe(false)
      }
    }
  })
})

/** What to multiply the points with: all at one end, each at either end, each anywhere between. */
function settings(count: number): number[][] {
  const random = pseudoRandom(20_261_123)
  const draw = (factor: () => number) => Array.from({ length: 300 }, () => Array.from({ length: count }, factor))
  return [
    Array.from({ length: count }, () => 0.8),
    Array.from({ length: count }, () => 1.2),
    ...draw(() => (random() < 0.5 ? 0.8 : 1.2)),
    ...draw(() => 0.8 + 0.4 * random()),
  ]
}

/** The same numbers in every run (mulberry32). */
function pseudoRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
