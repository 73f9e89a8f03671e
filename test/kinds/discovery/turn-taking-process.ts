// A process that asks a registry for companies at the same time, as a worker's slots do, and ends.

import { fetch } from 'undici'
import { createRegistry } from '../../../src/cnpj/registry.ts'
import { postgres } from '../../../src/db/driver.ts'
import { createRegistryTurns } from '../../../src/kinds/discovery/registry-turns.ts'
import { createLog } from '../../../src/log.ts'

const [databaseUrl = '', url = '', spacingMs = '', ...cnpjs] = process.argv.slice(2)
const sql = postgres(databaseUrl, { max: 4, onnotice: () => {} })
const { host } = new URL(url)
const registry = createRegistry({
  sources: [{ url, host, data: host, isAuthoritative: true, spacingMs: Number(spacingMs), timeoutMs: 5_000 }],
  cache: { find: async () => undefined, store: async () => {} },
  turns: createRegistryTurns(sql, { patienceMs: 60_000, log: createLog('silent', {}) }),
  fetch,
  userAgent: 'Sonda/test',
})
const { signal } = new AbortController()
await Promise.all(cnpjs.map((cnpj) => registry.lookUp(cnpj, { signal })))
await sql.end()
process.disconnect?.()
