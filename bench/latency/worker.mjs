// A worker with the default slots, whose jobs say when they started. Its parent sends the database's address.

import { once } from 'node:events'
import { noopKind } from '../harness/noop-kind.mjs'
import { startWorkerOn } from '../harness/worker-process.mjs'

const [{ url }] = await once(process, 'message')
const kind = noopKind({ resultOf: () => ({ startedNs: String(process.hrtime.bigint()) }) })
await startWorkerOn({ url, kind, slots: 10, batchSize: 10 })
process.send({ isReady: true })
