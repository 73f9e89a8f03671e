import type { Pool } from '../db/connect.ts'
import { withPatience } from '../db/patience.ts'
import { run } from '../db/queries.ts'
import { firstState, type LimitState, nextState } from './limit.ts'

/** A turn takes a millisecond. What comes later than this is taken for a database that is away. */
const patienceMs = 5_000

export type SlotEndpoint = {
  /** Its base URL. */
  provider: string
  /** Never more calls at a time, over the whole fleet. */
  cap: number
}

/** What came of a process's calls since its last turn. Refusals and failures are told with what was known at the start. */
export type Tally = {
  successes: number
  refusals: number
  lateRefusals: number
  failures: number
  /** Any answer at all, which shows that the endpoint lives. */
  answers: number
  pauseMs: number
}

export const emptyTally = (): Tally => ({
  successes: 0,
  refusals: 0,
  lateRefusals: 0,
  failures: 0,
  answers: 0,
  pauseMs: 0,
})

/** A step of the limit that this process has worked out. It counts only if nobody was faster. */
export type Step = {
  version: number
  state: LimitState
  /** More than 0: the endpoint is left alone for so long. */
  restMs: number
  used: { successes: number; refusals: number; lateRefusals: number }
}

export type Asked = SlotEndpoint & {
  /** How many of the wanted slots may be this endpoint's. */
  wants: number
  /** The slots that the process goes on holding. All others that stand as its own are free from now on. */
  kept: number[]
  generation: number
  rests: number
  tally: Tally
  step: Step | undefined
}

export type Told = {
  provider: string
  generation: number
  rests: number
  /** Slots with this number or a higher one are not to be used; 0: none. */
  usable: number
  /** For how long none is to be used, in ms. */
  closedMs: number
  taken: number[]
  /** Those of `kept` that are the process's own indeed. */
  stillMine: number[]
  /** How many calls of other processes wait. */
  othersWant: number
  /** What each process that wants so many may keep to itself while others wait. */
  share: number
  step: Step | undefined
}

type Row = {
  provider: string
  version: number
  call_limit: number
  state: LimitState
  successes: number
  refusals: number
  late_refusals: number
  failures_in_a_row: number
  peak: number
  usable: number
  taken: number[]
  still_mine: number[]
  closed_ms: number
  others_want: number
  share: number
}

/** Makes sure that the database knows an endpoint. Its slots are as many as the highest cap it was ever given. */
export async function prepareEndpoint(pool: Pool, { provider, cap }: SlotEndpoint): Promise<void> {
  const state = firstState(cap)
  await run(pool, 'llm_endpoint_prepare', [provider, cap, state.limit, JSON.stringify(state)])
}

/**
 * Tells what came of calls, gives slots back and takes up to `wanted` others for the `waiting` calls, for all
 * endpoints in one statement. It says
 * what is held, not what has changed: a turn whose answer was lost is mended by the next.
 *
 * @throws the database's errors, and ETIMEDOUT after five seconds; what the turn did is then unknown.
 */
export async function takeTurn(
  pool: Pool,
  workerId: string,
  { wanted, waiting }: { wanted: number; waiting: number },
  asked: Asked[],
): Promise<Told[]> {
  const turn = run<Row>(pool, 'llm_turn', [workerId, wanted, JSON.stringify(asked.map(toRecord)), waiting])
  const rows = await withPatience(turn, patienceMs)
  return rows.map((row) => told(row, asked.find(({ provider }) => provider === row.provider)!.cap))
}

function toRecord({ provider, cap, wants, kept, generation, rests, tally, step }: Asked): object {
  return {
    provider,
    cap,
    wants,
    kept,
    generation,
    rests,
    successes: tally.successes,
    refusals: tally.refusals,
    late_refusals: tally.lateRefusals,
    failures: tally.failures,
    answers: tally.answers,
    pause_ms: tally.pauseMs,
    ...(step && {
      version: step.version,
      call_limit: step.state.limit,
      state: step.state,
      rest_ms: step.restMs,
      stepped_successes: step.used.successes,
      stepped_refusals: step.used.refusals,
      stepped_late_refusals: step.used.lateRefusals,
    }),
  }
}

function told(row: Row, cap: number): Told {
  const { provider, version, state, successes, refusals, peak } = row
  const used = { successes, refusals, lateRefusals: row.late_refusals }
  const next = nextState(state, { ...used, failuresInARow: row.failures_in_a_row, peak }, cap)
  return {
    provider,
    generation: state.generation,
    rests: state.rests,
    usable: row.usable,
    closedMs: row.closed_ms,
    taken: row.taken,
    stillMine: row.still_mine,
    othersWant: row.others_want,
    share: row.share,
    step: next && { version, state: next, restMs: next.rests > state.rests ? next.restMs : 0, used },
  }
}
