import { expect, it } from 'vitest'
import { createFrontier, type Waiting } from '../../src/site/frontier.ts'
import { pageKey } from '../../src/site/page-key.ts'

const waiting = (path: string, score: number, mayNameOwner = false): Waiting => {
  const url = new URL(path, 'http://shop.test').href
  return { url, text: '', key: pageKey(url), score, mayNameOwner, depth: 1, frameDepth: 0 }
}
const takeAll = (frontier: ReturnType<typeof createFrontier>) => {
  const paths: string[] = []
  for (let next = frontier.take(); next; next = frontier.take()) paths.push(new URL(next.url).pathname)
  return paths
}

it('gives the best first, of equals the one that came first, and each page once', () => {
  const frontier = createFrontier()
  frontier.offer([waiting('/a', 1), waiting('/b', 5), waiting('/c', 5), waiting('/a/', 3)])
  expect(takeAll(frontier)).toEqual(['/b', '/c', '/a/'])
  frontier.offer([waiting('/a?utm_source=x', 100)])
  expect(frontier.take()).toBeUndefined()
})

it('holds a bounded number, the best of all that were offered, whenever they came', () => {
  const frontier = createFrontier()
  frontier.offer(Array.from({ length: 5_000 }, (_, index) => waiting(`/p${index}`, 10)))
  frontier.offer([waiting('/late', 50)])
  expect(frontier.size()).toBe(1_000)
  expect(frontier.size(11)).toBe(1)
  expect(frontier.take()?.url).toBe('http://shop.test/late')
})

it('takes turns between folders of much the same worth', () => {
  const frontier = createFrontier()
  const series = (folder: string, score: number) => [1, 2, 3].map((index) => waiting(`${folder}${index}`, score))
  frontier.offer([...series('/linha/', 40), ...series('/item?id=', 38), waiting('/ajuda', 35)])
  const first = [1, 2, 3, 4, 5].map(() => frontier.take()!.url.replace('http://shop.test', ''))
  expect(first).toEqual(['/linha/1', '/item?id=1', '/linha/2', '/ajuda', '/item?id=2'])
})

it('gives what is preferred if there is any', () => {
  const frontier = createFrontier()
  frontier.offer([waiting('/a', 9), waiting('/privacidade', 1, true)])
  const next = () => frontier.take(({ mayNameOwner }) => mayNameOwner)?.url
  expect([next(), next(), next()]).toEqual(['http://shop.test/privacidade', 'http://shop.test/a', undefined])
})
