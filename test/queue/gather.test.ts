import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { gather } from '../../src/queue/gather.ts'

const limits = { quietMs: 5, spacingMs: 20, atOnce: 100 }

function counted(answer: (key: string) => string | undefined = (key) => `${key}!`) {
  const calls: string[][] = []
  const ask = async (keys: readonly string[]) => {
    calls.push([...keys])
    return new Map(keys.flatMap((key) => (answer(key) === undefined ? [] : [[key, answer(key)!] as const])))
  }
  return { calls, ask }
}

test('questions of the same moment are one call, and each gets its own answer', async () => {
  const { calls, ask } = counted((key) => (key === '7' ? undefined : `${key}!`))
  const read = gather(ask, limits)
  const answers = await Promise.all(Array.from({ length: 50 }, (_each, n) => read(String(n % 25))))
  expect(answers[3]).toBe('3!')
  expect(answers[28]).toBe('3!')
  expect(answers[7]).toBeUndefined()
  expect(calls).toHaveLength(1)
  expect(calls[0]).toHaveLength(25)
})

test('more than fit are several calls, apart from one another', async () => {
  const { calls, ask } = counted()
  const read = gather(ask, limits)
  const startedMs = performance.now()
  const answers = await Promise.all(Array.from({ length: 350 }, (_each, n) => read(String(n))))
  expect(answers.map((answer, n) => answer === `${n}!`)).not.toContain(false)
  expect(calls.map((keys) => keys.length)).toEqual([100, 100, 100, 50])
  expect(performance.now() - startedMs).toBeGreaterThan(3 * limits.spacingMs - 5)
})

test('a call starts after its questions: nobody gets an answer older than the question', async () => {
  let now = 0
  const read = gather(async (keys) => {
    const seen = now
    await wait(10)
    return new Map(keys.map((key) => [key, seen]))
  }, limits)
  const first = read('a')
  await wait(limits.quietMs + 5)
  now = 1
  expect(await read('a')).toBe(1)
  expect(await first).toBe(0)
})

test('a call that fails fails for its own questions, and a call that hangs does not stop the next', async () => {
  let calls = 0
  const read = gather(
    (keys) => {
      calls += 1
      if (calls === 1) return new Promise<Map<string, string>>(() => {})
      if (calls === 2) return Promise.reject(new Error('away'))
      return Promise.resolve(new Map(keys.map((key) => [key, 'here'])))
    },
    { ...limits, atOnce: 1 },
  )
  void read('hangs')
  await expect(read('fails')).rejects.toThrow('away')
  expect(await read('a')).toBe('here')
})
