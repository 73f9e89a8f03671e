import { describe, expect, it } from 'vitest'
import { decide } from '../../../src/kinds/discovery/decide.ts'
import type { Verdict } from '../../../src/kinds/discovery/verdict/verify.ts'

const site = (host: string, verdict: Partial<Verdict>) => ({
  url: `https://${host}/`,
  verdict: {
    standing: verdict.proof ? 'proven' : 'possible',
    nature: 'own',
    why: '',
    score: 60,
    confidence: 0.5,
    reasons: [],
    isImpossible: false,
    proof: null,
    ...verdict,
  } satisfies Verdict,
})
const hosts = (sites: { url: string }[]) => sites.map(({ url }) => new URL(url).host)
const found = (...sites: ReturnType<typeof site>[]) => {
  const decision = decide(sites)
  return decision.status === 'found' ? hosts([decision.chosen]) : decision.status
}
const between = (...sites: ReturnType<typeof site>[]) => {
  const decision = decide(sites)
  return decision.status === 'ambiguous' ? hosts(decision.between) : decision.status
}

describe('between sites that were looked at', () => {
  it('the number goes before any other proof, whatever the points', () => {
    expect(found(site('a.com', { proof: 'contact', score: 200 }), site('b.com', { proof: 'cnpj', score: 90 }))).toEqual(
      ['b.com'],
    )
    expect(found(site('a.com', { proof: 'root', score: 200 }), site('b.com', { proof: 'cnpj', score: 90 }))).toEqual([
      'b.com',
    ])
  })

  it('two that print the number are both the company’s, and the better scored is taken', () => {
    expect(found(site('a.com', { proof: 'cnpj', score: 110 }), site('b.com', { proof: 'cnpj', score: 115 }))).toEqual([
      'b.com',
    ])
  })

  it('two that are proven otherwise are ambiguous unless one leads clearly', () => {
    const first = site('a.com', { proof: 'contact', score: 100 })
    expect(between(first, site('b.com', { proof: 'contact', score: 80 }))).toEqual(['a.com', 'b.com'])
    expect(found(first, site('b.com', { proof: 'contact', score: 70 }))).toEqual(['a.com'])
  })

  it('those that may be it are never found', () => {
    expect(between(site('a.com', { score: 300 }))).toEqual(['a.com'])
    expect(between(site('a.com', { score: 60 }), site('b.com', { score: 29 }))).toEqual(['a.com'])
  })

  it('what is impossible, rejected or no site of its own does not come into it', () => {
    expect(decide([])).toEqual({ status: 'none' })
    expect(found(site('a.com', { isImpossible: true }))).toBe('none')
    expect(found(site('a.com', { standing: 'rejected' }))).toBe('none')
    expect(found(site('a.negocio.site', { nature: 'shared_page', proof: 'cnpj' }))).toBe('none')
  })

  it('a site that came up twice is one', () => {
    const twice = [site('a.com', { proof: 'contact', score: 90 }), site('www.a.com', { proof: 'contact', score: 95 })]
    expect(found(...twice)).toEqual(['www.a.com'])
  })
})
