import { statfsSync } from 'node:fs'
import * as os from 'node:os'

const gibibyte = 2 ** 30
/** statfs(2) says so of a tmpfs, where syncing costs nothing and no figure would mean anything. */
const tmpfsMagic = 0x01021994

/** What the figures depend on, as pairs of a name and a value. */
export async function describeMachine({ admin, dir }) {
  const cpus = os.cpus()
  const settings = await admin`
    select name, setting from pg_settings
    where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method') order by name`
  const [{ version }] = await admin`select version()`
  const isInMemory = os.platform() === 'linux' && statfsSync(dir).type === tmpfsMagic
  return [
    ['Date', new Date().toISOString().slice(0, 10)],
    ['Processor', `${cpus[0].model.trim()}, ${cpus.length} cores`],
    ['Memory', `${Math.round(os.totalmem() / gibibyte)} GiB`],
    ['System', `${os.platform()} ${os.release()} ${os.arch()}`],
    [
      'Load before the run',
      os
        .loadavg()
        .map((load) => load.toFixed(2))
        .join(' '),
    ],
    ['Node', process.version],
    ['Postgres', version.split(',')[0].replace('PostgreSQL ', '')],
    ['Durability', settings.map(({ name, setting }) => `${name}=${setting}`).join(', ')],
    ['Disk', isInMemory ? 'a tmpfs: syncing costs nothing here, the figures do not count' : 'a real file system'],
  ]
}

/** The load averages of the last 1, 5 and 15 minutes. */
export const loads = () =>
  os
    .loadavg()
    .map((load) => load.toFixed(2))
    .join(' ')

/** Above this much of a core the machine is doing something else, and no figure can be relied on. */
const quietLoad = 0.5

/** Says so when the machine is busy before anything has been measured. */
export function warnOfCompany() {
  const load = os.loadavg()[0]
  if (load > quietLoad)
    console.warn(`This machine is busy (load ${load.toFixed(2)}): the figures will not be worth keeping.`)
}
