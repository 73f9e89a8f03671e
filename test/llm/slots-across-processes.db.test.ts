import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { enqueueBatch } from '../../src/queue/enqueue.ts'
import { usualPace } from '../../src/worker/pace.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { testKind } from '../support/kinds.ts'
import { until } from '../support/poll.ts'
import { killAll, type RunningProcess, startScript } from '../support/processes.ts'
import { completion, json } from './scripted-endpoint.ts'
import type { SlotWorkerSettings } from './slot-worker.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterEach(killAll)
afterAll(() => database.drop())

/** An endpoint that counts the calls under way, by its own open connections, and answers each after `callMs`. */
async function countingEndpoint(callMs: number) {
  const count = { underWay: 0, most: 0 }
  const server = createServer((request, response) => {
    request.resume()
    count.underWay++
    count.most = Math.max(count.most, count.underWay)
    response.once('close', () => count.underWay--)
    setTimeout(() => json(response, 200, completion('{"name":"x"}')), callMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    count,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function startSlotWorker(settings: SlotWorkerSettings): Promise<RunningProcess & { id: string }> {
  const child = startScript('test/llm/slot-worker.ts', [JSON.stringify(settings)])
  const [message] = await new Promise<[{ ready: string }]>((resolve, reject) => {
    child.process.once('message', (...all) => resolve(all as unknown as [{ ready: string }]))
    child.process.once('exit', () => reject(new Error('the worker ended')))
  })
  return { ...child, id: message.ready }
}

const heldBy = async (workerId: string): Promise<number> => {
  const [row] = await database.sql`select count(*)::int as held from llm_slots where held_by = ${workerId}`
  return row!.held
}

test('the slots of a process killed with SIGKILL are used again by others, and the cap holds throughout', async () => {
  const cap = 4
  const endpoint = await countingEndpoint(200)
  const items = Array.from({ length: 200 }, (_each, n) => ({ input: { n } }))
  await database.sql.begin((tx) => enqueueBatch(tx, testKind(), items))
  const settings = { url: database.url, baseUrl: endpoint.baseUrl, cap }
  const [victim, other] = await Promise.all([startSlotWorker(settings), startSlotWorker(settings)])
  await until('both hold slots', async () => (await heldBy(victim.id)) > 0 && (await heldBy(other.id)) > 0, 20_000)
  victim.process.kill('SIGKILL')
  await victim.exit
  expect(await heldBy(victim.id)).toBeGreaterThan(0)
  await until('its slots are free', async () => (await heldBy(victim.id)) === 0, 30_000)
  await until('the other has them all', async () => (await heldBy(other.id)) === cap, 10_000)
  expect(endpoint.count.most).toBe(cap)
  endpoint.close()
})

test('at the usual pace a dead process is noticed within a minute', () => {
  expect(usualPace.deadAfterSeconds * 1_000 + usualPace.reapEveryMs).toBeLessThan(60_000)
})
