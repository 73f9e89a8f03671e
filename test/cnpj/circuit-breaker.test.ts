import { beforeEach, describe, expect, it } from 'vitest'
import { type CircuitBreaker, createCircuitBreaker } from '../../src/cnpj/circuit-breaker.ts'

let nowMs = 0
let breaker: CircuitBreaker
beforeEach(() => {
  nowMs = 0
  breaker = createCircuitBreaker({ mostFailures: 3, firstRestMs: 100, mostRestMs: 300, now: () => nowMs })
})

const fail = (times: number) => {
  for (let time = 0; time < times; time += 1) breaker.begin()?.failed()
}

describe('a circuit breaker', () => {
  it('lets calls through until three in a row have failed', () => {
    fail(2)
    breaker.begin()?.succeeded()
    fail(2)
    expect(breaker.begin()).toBeDefined()
    fail(1)
    expect(breaker.begin()).toBeUndefined()
    expect(breaker.restMs()).toBe(100)
  })

  it('lets one call through after the rest, and all of them when it succeeds', () => {
    fail(3)
    nowMs = 99
    expect(breaker.begin()).toBeUndefined()
    nowMs = 100
    const probe = breaker.begin()
    expect(probe).toBeDefined()
    expect(breaker.begin()).toBeUndefined()
    expect(breaker.restMs()).toBe(100)
    probe?.succeeded()
    expect(breaker.begin()).toBeDefined()
    expect(breaker.begin()).toBeDefined()
    expect(breaker.restMs()).toBe(0)
  })

  it('rests twice as long after each probe that fails, up to the most, and anew after a success', () => {
    fail(3)
    for (const restMs of [200, 300, 300]) {
      nowMs += breaker.restMs()
      breaker.begin()?.failed()
      expect(breaker.restMs()).toBe(restMs)
    }
    nowMs += 300
    breaker.begin()?.succeeded()
    fail(3)
    expect(breaker.restMs()).toBe(100)
  })

  it('probes again when a probe came to nothing', () => {
    fail(3)
    nowMs = 100
    breaker.begin()?.abandoned()
    expect(breaker.begin()).toBeDefined()
  })

  it('does not rest longer for calls that were begun before', () => {
    const early = [breaker.begin(), breaker.begin()]
    fail(3)
    nowMs = 50
    for (const call of early) call?.failed()
    expect(breaker.restMs()).toBe(50)
  })

  it('counts a call once, whatever is said after its end', () => {
    for (let time = 0; time < 2; time += 1) {
      const call = breaker.begin()
      call?.failed()
      call?.abandoned()
    }
    expect(breaker.begin()).toBeDefined()
  })
})
