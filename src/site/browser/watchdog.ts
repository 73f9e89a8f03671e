import { spawn } from 'node:child_process'

export type Watchdog = {
  /** Says which process group to end. */
  watch(groupId: number): void
  /** Ends the watchdog itself, when there is nothing left to watch. */
  dismiss(): void
}

const script = `
  while read -r id; do group=$id; done
  [ -n "$group" ] && kill -KILL "-$group"
  for turn in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf "$1" && exit
    sleep 0.2
  done`

/**
 * A shell that ends a process group and deletes a folder when this process ends, however it ends: the kernel closes the
 * pipe that the shell reads, also after SIGKILL. Start it before what it is to watch.
 */
export function startWatchdog(folder: string): Watchdog {
  const child = spawn('/bin/sh', ['-c', script, 'sonda-browser-watchdog', folder], {
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  child.on('error', () => {}) // no shell, as on Windows: Chromium then ends by its own pipe, and its folder stays
  child.stdin.on('error', () => {})
  child.unref()
  const pipe = child.stdin as unknown as { unref(): void }
  pipe.unref()
  return {
    watch: (groupId) => child.stdin.write(`${groupId}\n`),
    dismiss: () => child.kill('SIGKILL'),
  }
}
