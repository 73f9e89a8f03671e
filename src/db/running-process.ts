import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * When the process started, in whatever unit the system gives: together with the id it tells a process from a later one
 * that got the same id, which is the rule rather than the exception after a container's restart.
 * @returns undefined when there is no such process.
 */
export const startMark = (pid: number): string | undefined =>
  process.platform === 'linux' ? linuxStat(pid)?.startTicks : ps(pid, 'lstart')

/** The name of the program that the process runs, such as `postgres`; undefined when there is no such process. */
export const programName = (pid: number): string | undefined =>
  process.platform === 'linux' ? linuxStat(pid)?.name : ps(pid, 'comm')?.split('/').at(-1)

/** Whether there is such a process; one that has ended and only waits to be reaped, as in many containers, does not count. */
export const isRunning = (pid: number): boolean => programName(pid) !== undefined

// proc_pid_stat(5): `pid (name) state …`; the name may hold spaces and parentheses, the start is the 22nd field.
function linuxStat(pid: number): { name: string; startTicks: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const nameEnd = stat.lastIndexOf(')')
    const [state = 'X', ...rest] = stat.slice(nameEnd + 2).split(' ')
    if (state === 'Z' || state === 'X') return undefined
    return { name: stat.slice(stat.indexOf('(') + 1, nameEnd), startTicks: rest[18] ?? '' }
  } catch {
    return undefined
  }
}

function ps(pid: number, column: string): string | undefined {
  const { stdout } = spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' })
  return stdout?.trim() || undefined
}
