import { expect, test } from 'vitest'
import { oneAtATime } from '../../src/api/one-at-a-time.ts'

/** A call that waits to be told its answer. */
function slowCall() {
  const open: PromiseWithResolvers<number>[] = []
  const call = oneAtATime(() => {
    const answer = Promise.withResolvers<number>()
    open.push(answer)
    return answer.promise
  })
  return { call, open }
}

test('those who come during a call share the next one', async () => {
  const { call, open } = slowCall()
  const first = call()
  const late = [call(), call(), call()]
  expect(open).toHaveLength(1)
  open[0]!.resolve(1)
  expect(await first).toBe(1)
  await expect.poll(() => open.length).toBe(2)
  open[1]!.resolve(2)
  expect(await Promise.all(late)).toEqual([2, 2, 2])
  expect(open).toHaveLength(2)
})

test('a call that fails fails for those who shared it, and for nobody else', async () => {
  const { call, open } = slowCall()
  const first = call()
  const second = call()
  open[0]!.reject(new Error('away'))
  await expect(first).rejects.toThrow('away')
  await expect.poll(() => open.length).toBe(2)
  open[1]!.resolve(2)
  expect(await second).toBe(2)
  void call()
  expect(open).toHaveLength(3)
})
