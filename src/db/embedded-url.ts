import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { urlOf } from './postgres-server.ts'
import { programName } from './running-process.ts'

/** The URL of the embedded Postgres that another process runs with its data in `dir`; undefined: none runs there. */
export function embeddedUrl(dir: string): string | undefined {
  const pidPath = join(dir, 'data', 'postmaster.pid')
  if (!existsSync(pidPath)) return undefined
  // The first line is the pid, the fourth the port (src/include/utils/pidfile.h).
  const lines = readFileSync(pidPath, 'utf8').split('\n')
  const [pid, port] = [Number(lines[0]), Number(lines[3])]
  if (!(pid > 0 && port > 0) || programName(pid) !== 'postgres') return undefined
  return urlOf(port, readFileSync(join(dir, 'password'), 'utf8').trim(), 'sonda')
}
