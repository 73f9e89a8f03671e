import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export type LogLine = Record<string, unknown> & { msg: string }

export type RunningProcess = {
  process: ChildProcess
  /** What it has logged so far. */
  lines: LogLine[]
  /** Its exit code or signal, once it is gone. */
  exit: Promise<number | NodeJS.Signals>
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const started = new Set<ChildProcess>()

/** Starts one of the processes in src/main, straight from its source; it has only the environment that it is given. */
export const startProcess = (
  name: 'api' | 'worker' | 'fleet',
  args: string[],
  env: Record<string, string>,
  cwd?: string,
): RunningProcess => startScript(`src/main/${name}.ts`, args, env, cwd)

/** The same for any script of the project, by its path from the root. */
export function startScript(
  path: string,
  args: string[],
  env: Record<string, string> = {},
  cwd = root,
): RunningProcess {
  const child = spawn(process.execPath, [`${root}${path}`, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    // The channel is how it learns that this process is gone, and stops.
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  started.add(child)
  const lines: LogLine[] = []
  let rest = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) if (part.startsWith('{')) lines.push(JSON.parse(part))
  })
  const exit = new Promise<number | NodeJS.Signals>((resolve) => {
    // Not 'exit': its last lines may still be in the pipe then.
    child.once('close', (code, signal) => {
      started.delete(child)
      resolve(code ?? signal!)
    })
  })
  return { process: child, lines, exit }
}

/** Ends whatever a failed test has left behind. */
export function killAll(): void {
  for (const child of started) child.kill('SIGKILL')
}
