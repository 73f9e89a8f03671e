import { migrate as migrateDatabase } from '../../db/migrate.ts'
import { configOrExit, connectOrExit, logOf } from '../process.ts'
import { type Command, wrongUsageExitCode } from './command.ts'

const help = `Uso: sonda migrate

Atualiza o banco de dados de DATABASE_URL para esta versão do Sonda. Nada acontece se ele já está atualizado.`

/** `sonda migrate`: brings the database of `DATABASE_URL` up to this build. */
export const migrate: Command = async (args) => {
  if (args.length > 0) {
    const isAsked = args[0] === '--help' || args[0] === '-h'
    if (isAsked) console.log(help)
    else console.error(`sonda: migrate não tem argumentos.\n\n${help}`)
    return isAsked ? 0 : wrongUsageExitCode
  }
  const config = configOrExit()
  const log = logOf(config, { process: 'migrate' })
  const { pool } = await connectOrExit(config, 'migrate', log)
  try {
    const applied = await migrateDatabase(pool, config.DATABASE_URL!)
    log.info({ applied }, applied.length > 0 ? 'database migrated' : 'database is up to date')
  } finally {
    await pool.end({ timeout: 1 })
  }
  return 0
}
