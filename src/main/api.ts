import type { AddressInfo } from 'node:net'
import type { HttpBindings } from '@hono/node-server'
import { createApp } from '../api/app.ts'
import { createApiServer } from '../api/server.ts'
import { kinds } from '../kinds/registry.ts'
import { createHints } from '../queue/hints.ts'
import { configOrExit, connectOrExit, logOf, logTheEnd, onStopSignal } from './process.ts'

/** Requests under way may take this long to end. */
const drainMs = 5_000

const config = configOrExit()
const log = logOf(config, { process: 'api' })
logTheEnd(log)
log.info({}, 'process starting')
const { pool, isPooled } = await connectOrExit(config, 'api', log)

const app = createApp(
  { pool, hints: createHints(pool, isPooled), kinds, log },
  {
    tokens: config.API_ACCESS_TOKEN,
    allowAnonymous: config.ALLOW_ANONYMOUS,
    remoteAddress: (c) => (c.env as HttpBindings).incoming.socket.remoteAddress,
  },
)
const server = createApiServer(app)
server.listen(config.PORT, config.HOST, () => {
  const { port } = server.address() as AddressInfo
  log.info({ host: config.HOST, port }, 'listening')
  process.send?.({ listening: port })
})
server.on('error', (error: NodeJS.ErrnoException) => {
  const hint = error.code === 'EADDRINUSE' ? `port ${config.PORT} is in use; set PORT to another` : error.message
  log.error({ host: config.HOST, port: config.PORT }, `process going down: ${hint}`)
  process.exit(1)
})

onStopSignal((why) => {
  log.info({ why }, 'stopping')
  const leave = async () => {
    await pool.end({ timeout: 1 }).catch(() => {})
    log.info({}, 'process going down: stopped')
    process.exit(0)
  }
  setTimeout(leave, drainMs).unref()
  server.close(leave)
})
