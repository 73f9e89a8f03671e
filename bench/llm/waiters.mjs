// A process in which calls wait for a slot of an endpoint that has none.

import { once } from 'node:events'
import { connect, queueSession } from '../../dist/db/connect.js'
import { createSlots } from '../../dist/llm/slots.js'
import { register } from '../../dist/queue/presence.js'

const [{ url, provider, calls }] = await once(process, 'message')
const { pool } = await connect({ url, name: 'bench waiters', poolSize: () => 2, session: queueSession })
const id = await register(pool, 'question', 1)
const slots = await createSlots({ pool, endpoints: [{ provider, cap: 1 }], workerId: () => id })
for (let call = 0; call < calls; call++) slots.take(new AbortController().signal).catch(() => {})
process.send({ isReady: true })
