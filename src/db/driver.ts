import { registerHooks } from 'node:module'

/**
 * postgres.js 3.4.9, mended where a lost connection breaks it, or where it keeps more of them than it needs:
 *
 * - A socket that closes with a small write still planned leaves behind a timer that never fires again: every later
 *   attempt on that connection ends in CONNECT_TIMEOUT, until the whole pool is deaf.
 * - A write to a socket that is null is thrown where nobody can catch it, and ends the process; so does a connection that
 *   is lost while it asks for the types of arrays.
 * - The error and the half-read result of a lost connection are given to the next query on it.
 *
 * Known and open at github.com/porsager/postgres: #1066, #1154, #1168, #1199, #1208. With every connection cut once a
 * second, four workers were dead or deaf within 20 s.
 *
 * Idle connections are used in turn, so that none is ever idle for long, and all that were once needed stay open. The one
 * used last is to be used next.
 *
 * The text is changed while it is loaded, so that it does not matter how it was installed.
 */
type Mend = { where: string; from: string; to: string }

const mendsOfConnection: readonly Mend[] = [
  {
    where: 'closed(): forget the planned write together with its timer',
    from: `    incomings = null
    clearImmediate(nextWriteTimer)
`,
    to: `    incomings = null
    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
`,
  },
  {
    where: 'closed(): nor may the next life of the connection begin with what the last one left',
    from: `
    if (initial)
      return reconnect()

    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))
`,
    to: `
    const isConnecting = initial
    !isConnecting && !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))
    query = errorResponse = results = null
    result = new Result()
    rows = 0
    if (isConnecting)
      return reconnect()

`,
  },
  {
    where: 'ReadyForQuery(): asking for the types of arrays may fail, and is then done again',
    from: `        return fetchArrayTypes()
`,
    to: `        return fetchArrayTypes().catch(() => {})
`,
  },
  {
    where: 'terminate(): the same',
    from: `
    clearImmediate(nextWriteTimer)
    if (socket) {
`,
    to: `
    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
    if (socket) {
`,
  },
  {
    where: 'nextWrite(): a planned write whose socket is gone has nowhere to go',
    from: `    const x = socket.write(chunk, fn)
`,
    to: `    if (socket === null || chunk === null) {
      chunk = nextWriteTimer = null
      return true
    }
    const x = socket.write(chunk, fn)
`,
  },
  {
    where: 'execute(): the rollback of a transaction whose connection is gone fails here and now',
    from: `    if (stream)
      return queryError(q, Errors.generic('COPY_IN_PROGRESS'`,
    to: `    if (socket === null) {
      queryError(q, Errors.connection('CONNECTION_CLOSED', options))
      return true
    }

    if (stream)
      return queryError(q, Errors.generic('COPY_IN_PROGRESS'`,
  },
]

const mendsOfPool: readonly Mend[] = [
  {
    where: 'handler(): the connection used last',
    from: `    if (open.length)
      return go(open.shift(), query)
`,
    to: `    if (open.length)
      return go(open.pop(), query)
`,
  },
]

const mendsOfQueue: readonly Mend[] = [
  {
    where: 'Queue: its end',
    from: `    push: (x) => (xs.push(x), x),
`,
    to: `    push: (x) => (xs.push(x), x),
    pop: () => {
      const out = xs.pop()
      if (index === xs.length) {
        index = 0
        xs = []
      }
      return out
    },
`,
  },
]

/** By file. */
const mends: Record<string, readonly Mend[]> = {
  'connection.js': mendsOfConnection,
  'index.js': mendsOfPool,
  'queue.js': mendsOfQueue,
}

export const mendedFiles = Object.keys(mends)

/** @throws Error when the text is not the one that the mends were made for. */
export function mend(file: string, text: string): string {
  return mends[file]!.reduce((mended, { where, from, to }) => {
    if (mended.split(from).length !== 2) throw new Error(`postgres.js has changed; look again at its ${where}`)
    return mended.replace(from, () => to)
  }, text)
}

const hooks = registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    const file = mendedFiles.find((name) => url.endsWith(`/postgres/src/${name}`))
    if (!file) return loaded
    return { ...loaded, source: mend(file, Buffer.from(loaded.source as Uint8Array).toString('utf8')) }
  },
})
/** The driver. Import it from here, never from 'postgres', except for its types. */
export const { default: postgres } = await import('postgres')
hooks.deregister()
