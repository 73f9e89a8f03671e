// The API as src/main/api.ts starts it, but for the kind. Its parent sends the database's address.

import { once } from 'node:events'
import { createApp } from '../../dist/api/app.js'
import { createApiServer } from '../../dist/api/server.js'
import { connect } from '../../dist/db/connect.js'
import { createLog } from '../../dist/log.js'
import { createHints } from '../../dist/queue/hints.js'
import { noopKind } from '../harness/noop-kind.mjs'

const [{ url }] = await once(process, 'message')
const { pool, isPooled } = await connect({ url, name: 'bench api', poolSize: () => 10 })
const app = createApp(
  { pool, hints: createHints(pool, isPooled), kinds: [noopKind()], log: createLog('info', { process: 'api' }) },
  { tokens: [], allowAnonymous: true, remoteAddress: () => '127.0.0.1' },
)
const server = createApiServer(app)
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
