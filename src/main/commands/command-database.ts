import { connect, isConnectionError, type Pool } from '../../db/connect.ts'
import { embeddedUrl } from '../../db/embedded-url.ts'
import { pendingMigrations } from '../../db/migrate.ts'
import { createHints, type Hints } from '../../queue/hints.ts'
import { configOrExit } from '../process.ts'

/** Where `npm start` keeps its own database. */
const ownFolder = '.sonda'
const connections = 2

/**
 * Does something with the database of `DATABASE_URL`, or with the one that `npm start` runs in this folder.
 * @throws Error with a sentence in Portuguese when there is none, it cannot be reached, or it is of another version.
 */
export async function withDatabase<T>(work: (pool: Pool, hints: Hints) => Promise<T>): Promise<T> {
  const url = configOrExit().DATABASE_URL ?? embeddedUrl(ownFolder)
  if (url === undefined) {
    throw new Error('não há banco de dados: defina DATABASE_URL, ou rode npm start nesta pasta e deixe-o rodando.')
  }
  const { pool, isPooled } = await reached(connect({ url, name: 'sonda command', poolSize: () => connections }))
  try {
    const missing = await pendingMigrations(pool)
    if (missing.length > 0) {
      throw new Error('o banco de dados ainda não está nesta versão do Sonda; rode antes sonda migrate.')
    }
    return await reached(work(pool, createHints(pool, isPooled)))
  } finally {
    await pool.end({ timeout: 1 })
  }
}

async function reached<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    if (!isConnectionError(error)) throw error
    throw new Error(`o banco de dados não respondeu (${(error as Error).message}).`, { cause: error })
  }
}
