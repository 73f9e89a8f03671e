#!/usr/bin/env node
import { migrate } from '../db/migrate.ts'
import { configOrExit, connectOrExit, logOf } from './process.ts'

const commands: Record<string, { summary: string; run(): Promise<void> }> = {
  migrate: { summary: 'brings the database of DATABASE_URL up to this build', run: migrateDatabase },
}

async function migrateDatabase() {
  const config = configOrExit()
  const log = logOf(config, { process: 'migrate' })
  const { pool } = await connectOrExit(config, 'migrate', log)
  try {
    const applied = await migrate(pool)
    log.info({ applied }, applied.length > 0 ? 'database migrated' : 'database is up to date')
  } finally {
    await pool.end({ timeout: 1 })
  }
}

const command = commands[process.argv[2] ?? '']
if (!command) {
  const list = Object.entries(commands).map(([name, { summary }]) => `  sonda ${name}   ${summary}`)
  console.error(['Usage:', ...list].join('\n'))
  process.exit(process.argv[2] === undefined || process.argv[2] === '--help' ? 0 : 1)
}
try {
  await command.run()
} catch (error) {
  console.error(`sonda: ${(error as Error).message}`)
  process.exit(1)
}
