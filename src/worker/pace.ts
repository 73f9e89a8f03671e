import { deadAfterSeconds } from '../queue/recover.ts'

/**
 * How often a worker shows that it lives, and what follows when it does not. The order matters: a worker stops its own
 * jobs well before others may take them.
 */
export type Pace = {
  beatEveryMs: number
  /** A worker that could not beat for so long stops its jobs itself. */
  fenceAfterMs: number
  /** After so long without a beat any other worker takes its jobs. */
  deadAfterSeconds: number
  /** How often a worker looks for dead ones. */
  reapEveryMs: number
}

/**
 * Signs of life further apart than this show that the database, or this process, stood still. Whoever beat last just before
 * that must not look dead after it: less than the dead time by an interval and the time that a beat may take.
 */
export const gapSecondsOf = ({ beatEveryMs, deadAfterSeconds }: Pace): number =>
  (deadAfterSeconds - beatEveryMs / 1_000) * 0.8

export const usualPace: Pace = { beatEveryMs: 10_000, fenceAfterMs: 25_000, deadAfterSeconds, reapEveryMs: 5_000 }
