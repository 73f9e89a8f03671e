import { expect, test } from 'vitest'
import { createLazyBrowser } from '../../src/main/lazy-browser.ts'

const { signal } = new AbortController()

function loader() {
  const calls = { loads: 0, closes: 0 }
  const load = async () => {
    calls.loads += 1
    return {
      render: async (url: string) => ({ url, html: '<p>rendered' }),
      close: async () => {
        calls.closes += 1
      },
    }
  }
  return { calls, load }
}

test('it is loaded once, with the first page, however many come at the same time', async () => {
  const { calls, load } = loader()
  const browser = createLazyBrowser(load)
  expect(calls.loads).toBe(0)
  const pages = await Promise.all(['http://a.test/', 'http://b.test/'].map((url) => browser.render(url, { signal })))
  expect(pages.map(({ url }) => url)).toEqual(['http://a.test/', 'http://b.test/'])
  expect(calls.loads).toBe(1)
})

test('closing what was never needed loads nothing; otherwise it closes what was loaded', async () => {
  const unused = loader()
  await createLazyBrowser(unused.load).close()
  expect(unused.calls).toEqual({ loads: 0, closes: 0 })
  const used = loader()
  const browser = createLazyBrowser(used.load)
  void browser.render('http://a.test/', { signal })
  await browser.close()
  expect(used.calls).toEqual({ loads: 1, closes: 1 })
})

test('a load that failed is that page’s failure, and the next page tries again', async () => {
  const { load } = loader()
  let isBroken = true
  const browser = createLazyBrowser(async () => {
    if (isBroken) throw new Error('no memory')
    return load()
  })
  await expect(browser.render('http://a.test/', { signal })).rejects.toThrow('no memory')
  isBroken = false
  expect(await browser.render('http://a.test/', { signal })).toMatchObject({ html: '<p>rendered' })
})

test('once closed it renders nothing and loads nothing', async () => {
  const { calls, load } = loader()
  const browser = createLazyBrowser(load)
  await browser.close()
  await expect(browser.render('http://a.test/', { signal })).rejects.toMatchObject({ code: 'BROWSER_UNAVAILABLE' })
  expect(calls.loads).toBe(0)
})
