import { afterEach, expect, test } from 'vitest'
import { Failure } from '../../../src/errors.ts'
import { extractiveProfile } from '../../../src/kinds/profile/extractive/extractive-profile.ts'
import type { ProfileAnswer } from '../../../src/kinds/profile/model/ask-for-profile.ts'
import { callBudget, llmProfile } from '../../../src/kinds/profile/model/llm-profile.ts'
import { rankPassages } from '../../../src/kinds/profile/model/passages.ts'
import { proveAnswer } from '../../../src/kinds/profile/proof/prove-answer.ts'
import { readSiteText } from '../../../src/kinds/profile/text/site-text.ts'
import type { StoredPage } from '../../../src/kinds/stored-pages.ts'
import { createLlmClient } from '../../../src/llm/client.ts'
import { type ChatCall, completion, json, type Reply, scriptedEndpoint } from '../../llm/scripted-endpoint.ts'
import { nothing as empty, textPage } from './pages-under-test.ts'

let closeEndpoint = () => {}
afterEach(() => closeEndpoint())

const shownTo = ({ body }: ChatCall): string => body.messages.map(({ content }) => content).join('\n')

/** A model that names as an offering every "Molde N" that it is shown, in passage 1. */
const namingAll = (call: ChatCall): ProfileAnswer => ({
  ...empty,
  offerings: [...new Set(shownTo(call).match(/Molde \d+/g))].slice(0, 50).map((name) => ({
    name,
    kind: 'product',
    description: null,
    evidence: [{ passage: 1, quote: name }],
  })),
})

async function profileFrom(pages: StoredPage[], reply: Reply, contextTokens?: number) {
  const asked: ChatCall[] = []
  const endpoint = await scriptedEndpoint((response, call) => {
    // The list of models, which this server does not have.
    if (!call.body.messages) return void json(response, 404, {})
    asked.push(call)
    reply(response, call, asked.length - 1)
  })
  closeEndpoint = endpoint.close
  const { signal } = new AbortController()
  const site = await readSiteText(pages, signal)
  const extractive = await extractiveProfile(pages, site, {
    cnpj: null,
    website: pages[0]!.url,
    language: 'pt-BR',
    signal,
  })
  const llm = createLlmClient({
    baseUrl: endpoint.origin,
    model: 'm',
    contextTokens,
    withSlot: (_signal, use) => use(),
  })
  return { profile: await llmProfile(site, extractive, { llm, signal, jobId: 'job' }), calls: asked }
}

const filler = (seed: string) =>
  Array.from(
    { length: 12 },
    (_, index) => `Este é o parágrafo ${seed}${index}, que fala de moldes e de nada mais.`,
  ).join(' ')
const catalogue = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    textPage(`/produtos/${index}`, `# Molde ${index}\n\n${filler(`${index}x`)}`),
  )

test('a site too large for one call is read in parts, and the parts are one profile', async () => {
  const { profile, calls } = await profileFrom(
    catalogue(12),
    (response, call) => json(response, 200, completion(JSON.stringify(namingAll(call)))),
    5_000,
  )
  expect(calls.length).toBeGreaterThan(1)
  const { characters } = callBudget(5_000)
  for (const call of calls) expect(call.body.messages[1]!.content.length).toBeLessThanOrEqual(characters)
  expect(profile.offerings.map(({ name }) => name).sort()).toEqual(
    catalogue(12)
      .map((_, index) => `Molde ${index}`)
      .sort(),
  )
  expect(profile.coverage).toEqual({ passages: 12, read: 12 })
  expect(profile.usage).toMatchObject({
    calls: calls.length,
    tokens_in: 10 * calls.length,
    tokens_out: 5 * calls.length,
  })
})

test('a context that is exceeded is packed anew, nothing is left out, and the call that failed is counted', async () => {
  const { profile, calls } = await profileFrom(catalogue(12), (response, call) =>
    shownTo(call).length > 9_000
      ? json(response, 400, { error: { message: "This model's maximum context length is 4096 tokens.", code: 400 } })
      : json(response, 200, completion(JSON.stringify(namingAll(call)))),
  )
  expect(profile.offerings).toHaveLength(12)
  expect(profile.coverage).toEqual({ passages: 12, read: 12 })
  expect(profile.usage!.calls).toBe(calls.length)
  expect(profile.usage!.tokens_in).toBeLessThan(10 * calls.length)
})

test('a part without a usable answer does not lose the others, and what it cost is counted', async () => {
  const { profile, calls } = await profileFrom(
    catalogue(12),
    (response, call, index) =>
      json(response, 200, completion(index === 1 || index === 2 ? 'Desculpe.' : JSON.stringify(namingAll(call)))),
    5_000,
  )
  expect(profile.offerings.length).toBeGreaterThan(0)
  expect(profile.offerings.length).toBeLessThan(12)
  expect(profile.coverage!.read).toBeLessThan(profile.coverage!.passages)
  expect(profile.usage).toMatchObject({ calls: calls.length, tokens_in: 10 * calls.length })
})

test('a model that gives no usable answer at all fails the profile', async () => {
  await expect(profileFrom(catalogue(2), (response) => json(response, 200, completion('Desculpe.')))).rejects.toSatisfy(
    (error) => error instanceof Failure && error.code === 'LLM_ANSWER_INVALID',
  )
})

/**
 * What the longest turn of the event loop took of the processor, in ms, while that ran. Not of the clock: on a busy
 * machine that says more about the others.
 */
async function longestTurnMs(run: () => Promise<unknown>): Promise<number> {
  const usedMs = () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1_000
  }
  let longestMs = 0
  let isOver = false
  let lastMs = usedMs()
  const look = () => {
    const nowMs = usedMs()
    longestMs = Math.max(longestMs, nowMs - lastMs)
    lastMs = nowMs
    if (!isOver) setImmediate(look)
  }
  setImmediate(look)
  await run()
  look()
  isOver = true
  return longestMs
}

const megabyte = (piece: string, page: number) =>
  Array.from({ length: Math.ceil(1_000_000 / (piece.length + 8)) }, (_, index) =>
    piece.replace('#', `${page}${index}`),
  ).join('')

test.each([
  ['lines', 'Somos a empresa # que fabrica moldes desde 1998 e não vende cimento.\n'],
  ['one line without an end', 'palavra # '],
  ['one word', 'a'],
  ['sentences', 'Fundada em 1998. Dra. A. não é. '],
  ['headings and leads', '## Clientes #:\n- Construtora #\n'],
])('twelve pages of a megabyte never hold the event loop for long: %s', { timeout: 120_000 }, async (_, piece) => {
  const pages = Array.from({ length: 12 }, (_, index) => textPage(`/${index}`, megabyte(piece, index)))
  const evidence = [0, 1, 2].map((passage) => ({ passage, quote: pages[passage]!.text.slice(100, 160) }))
  const answer: ProfileAnswer = {
    ...empty,
    offerings: Array.from({ length: 60 }, (_, index) => ({
      name: `Molde ${index}`,
      kind: null,
      description: null,
      evidence,
    })),
  }
  const turnMs = await longestTurnMs(async () => {
    const site = await readSiteText(pages)
    await extractiveProfile(pages, site, { cnpj: null, website: pages[0]!.url, language: 'pt-BR' })
    const passages = await rankPassages(site)
    await proveAnswer(answer, { passages, site })
  })
  expect(turnMs).toBeLessThan(200)
})
