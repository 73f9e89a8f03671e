import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { startMark } from './running-process.ts'

/**
 * Takes a lock file that holds our pid, so that two runs do not share a folder. A lock whose process is gone does not
 * count, whatever process has its id now.
 * @returns a function that gives the lock back.
 * @throws Error naming the pid that holds it.
 */
export function takeFolderLock(path: string): () => void {
  const mine = `${process.pid} ${startMark(process.pid)}\n`
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, mine)
  try {
    // link() either makes the whole file, content included, or says that there is one.
    for (let attempt = 0; !linked(draft, path); attempt++) {
      const holder = livingHolder(path)
      if (holder !== undefined || attempt === 10) {
        throw new Error(`Sonda is already running in this folder (pid ${holder ?? 'unknown'}).`)
      }
      discardStale(path)
    }
  } finally {
    rmSync(draft, { force: true })
  }
  return () => {
    if (read(path) === mine) rmSync(path, { force: true })
  }
}

function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function livingHolder(path: string): number | undefined {
  const [pid = '', ...mark] = (read(path) ?? '').trim().split(' ')
  const started = startMark(Number(pid))
  return started !== undefined && started === mark.join(' ') ? Number(pid) : undefined
}

// Another process may be doing the same: what was renamed away is looked at again, and put back if it is alive.
function discardStale(path: string): void {
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (livingHolder(aside) !== undefined) linked(aside, path)
  rmSync(aside, { force: true })
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
