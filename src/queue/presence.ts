import { hostname } from 'node:os'
import { v7 as uuidv7 } from 'uuid'
import type { Sql } from '../db/connect.ts'
import { run } from '../db/queries.ts'

/** Adds this process to the live workers, under a new id. An id is never used twice: it is half of the fence. */
export async function register(sql: Sql, kind: string, slots: number): Promise<string> {
  const id = uuidv7()
  await run(sql, 'worker_register', [id, kind, hostname(), process.pid, slots])
  return id
}

/** A sign of life; `gapSeconds` after the last one is a gap. False: others have given this worker up and taken its jobs. */
export async function beat(
  sql: Sql,
  id: string,
  { running, isDraining, gapSeconds }: { running: number; isDraining: boolean; gapSeconds: number },
): Promise<boolean> {
  const rows = await run(sql, 'worker_beat', [id, running, isDraining, gapSeconds])
  return rows.length === 1
}

/** Leaves the fleet, handing back whatever is still held; returns how many jobs that was. */
export async function leave(sql: Sql, id: string): Promise<number> {
  const rows = await run(sql, 'worker_leave', [id])
  return rows.length
}
