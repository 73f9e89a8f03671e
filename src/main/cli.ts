#!/usr/bin/env node
import { type Command, wrongUsageExitCode } from './commands/command.ts'

/** Each is loaded when it is asked for: reading a website takes no database driver. */
const commands: Record<string, { summary: string; load(): Promise<Command> }> = {
  read: {
    summary: 'lê um site e mostra o que encontrou, e onde',
    load: async () => (await import('./commands/read/read.ts')).read,
  },
  jobs: {
    summary: 'mostra, cancela e repete jobs',
    load: async () => (await import('./commands/jobs.ts')).jobs,
  },
  queues: {
    summary: 'mostra as filas; pausa, retoma e esvazia cada uma',
    load: async () => (await import('./commands/queues.ts')).queues,
  },
  keys: {
    summary: 'cria, lista e revoga as chaves da API',
    load: async () => (await import('./commands/keys.ts')).keys,
  },
  migrate: {
    summary: 'atualiza o banco de dados de DATABASE_URL para esta versão',
    load: async () => (await import('./commands/migrate.ts')).migrate,
  },
}

const nameWidth = Math.max(...Object.keys(commands).map((name) => name.length))
const list = Object.entries(commands).map(([name, { summary }]) => `  sonda ${name.padEnd(nameWidth)}   ${summary}`)
const usage = ['Uso:', ...list, '', 'sonda <comando> --help explica as opções.'].join('\n')

const [name, ...args] = process.argv.slice(2)
const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined
if (command) {
  try {
    process.exitCode = await (await command.load())(args)
  } catch (error) {
    console.error(`sonda: ${(error as Error).message}`)
    process.exitCode = 1
  }
} else if (name === '--help' || name === '-h' || name === 'help') {
  console.log(usage)
} else {
  if (name !== undefined) console.error(`sonda: não existe o comando ${name}.`)
  console.error(usage)
  process.exitCode = wrongUsageExitCode
}
// What a command leaves behind (a socket that is kept, a browser that is slow to go) does not hold the shell up.
process.exit()
