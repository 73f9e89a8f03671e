import type { Sql } from '../db/connect.ts'
import { withPatience } from '../db/patience.ts'
import { run } from '../db/queries.ts'

/** Where a job stands among those that are due: the lowest is claimed first. */
type Place = { priority: number; id: string }

/** How a kind's queue stood a moment ago. */
export type KindPace = {
  /** How many are due; more than {@link mostPlaces} are not counted. */
  due: number
  /** Some of their places, in order; 1 is the next to be claimed. */
  marks: readonly (Place & { place: number })[]
  running: number
  /** Of all workers alive. */
  slots: number
  isPaused: boolean
  /** Jobs that ended a second, over the last minute that somebody looked; null: not known, or none did. */
  endedPerSecond: number | null
}

/** Whoever stands farther behind waits as long as anybody is told to. */
const mostPlaces = 10_000
/** So old may figures be. While nobody asks, nobody looks. */
const freshMs = 3_000
/** Older ones say nothing about now. */
const usefulMs = 30_000
/** Speed is measured over the last so many ms. */
const windowMs = 60_000
const leastWindowMs = 2_000
/** An answer to a caller does not wait for this any longer. */
const patienceMs = 500
/** What a job takes where none has ended yet. */
const usualSecondsPerJob = 10

const soonSeconds = 2
const mostSeconds = 60
/** No worker is there: one may be on its way. */
const noWorkerSeconds = 10

/** In how many seconds a queued job that is due will about be claimed: 2 to 60. Pure. */
export function secondsToStart(pace: KindPace | undefined, job: Place): number {
  if (!pace) return soonSeconds
  if (pace.isPaused) return mostSeconds
  if (pace.slots === 0) return noWorkerSeconds
  const before = placeOf(pace, job) - Math.max(0, pace.slots - pace.running)
  const perSecond = pace.endedPerSecond ?? pace.slots / usualSecondsPerJob
  return Math.min(mostSeconds, Math.max(soonSeconds, Math.ceil(before / perSecond)))
}

/** The place of the first mark that is not before the job; behind all of them, the last place. */
function placeOf({ marks, due }: KindPace, job: Place): number {
  let [low, high] = [0, marks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(marks[middle]!, job)) low = middle + 1
    else high = middle
  }
  return marks[low]?.place ?? due + 1
}

const isBefore = (one: Place, other: Place): boolean =>
  one.priority < other.priority || (one.priority === other.priority && one.id < other.id)

/** Kinds' paces, of whichever are known by now. */
export type KindPaces = ReadonlyMap<string, KindPace>

type Row = Omit<KindPace, 'isPaused' | 'endedPerSecond'> & { ended: number; is_paused: boolean }
type Known = { pace: KindPace; atMs: number }
type Sample = { atMs: number; ended: number }

/**
 * Tells how kinds' queues stand, from figures that are a few seconds old at most: however many ask, a kind costs one
 * statement in three seconds. Never fails, and waits half a second at most; a kind of which nothing is known is left out.
 */
export function createKindPaces(sql: Sql): (kinds: Iterable<string>) => Promise<KindPaces> {
  const known = new Map<string, Known>()
  const samples = new Map<string, Sample[]>()
  const underWay = new Map<string, Promise<void>>()

  async function look(kind: string): Promise<void> {
    const [row] = await withPatience(run<Row>(sql, 'kind_pace', [kind, mostPlaces]), usefulMs)
    const { ended, is_paused: isPaused, ...rest } = row!
    const atMs = performance.now()
    const recent = (samples.get(kind) ?? []).filter((sample) => atMs - sample.atMs <= windowMs)
    samples.set(kind, [...recent, { atMs, ended }])
    known.set(kind, { pace: { ...rest, isPaused, endedPerSecond: perSecond(recent[0], { atMs, ended }) }, atMs })
  }

  const refresh = (kind: string): Promise<void> => {
    let looking = underWay.get(kind)
    if (!looking) {
      looking = look(kind)
        .catch(() => {})
        .finally(() => underWay.delete(kind))
      underWay.set(kind, looking)
    }
    return looking
  }

  return async (kinds) => {
    const paces = new Map<string, KindPace>()
    await Promise.all(
      [...new Set(kinds)].map(async (kind) => {
        const ageMs = () => performance.now() - (known.get(kind)?.atMs ?? Number.NEGATIVE_INFINITY)
        if (ageMs() > freshMs) {
          const refreshed = refresh(kind)
          if (ageMs() > usefulMs) await withPatience(refreshed, patienceMs).catch(() => {})
        }
        if (ageMs() <= usefulMs) paces.set(kind, known.get(kind)!.pace)
      }),
    )
    return paces
  }
}

function perSecond(first: Sample | undefined, last: Sample): number | null {
  if (!first || last.atMs - first.atMs < leastWindowMs || last.ended <= first.ended) return null
  return ((last.ended - first.ended) * 1000) / (last.atMs - first.atMs)
}
