import type { CallEnd } from './call-end.ts'
import { type Asked, emptyTally, type SlotEndpoint, type Step, type Tally, type Told } from './llm-turn.ts'

/** A process whose last word from the database is older than this hands no slot on: others may have been given it. */
const freshMs = 3_000
/** Of a share of 1.5, one slot is kept, and a second one for four calls in a row, as an average. */
const keepsPartOfShare = 0.75

/** After any other end the endpoint has one place fewer than we thought, or is better asked elsewhere. */
const keepsSlot: ReadonlySet<CallEnd> = new Set(['succeeded', 'answered', 'abandoned'])

type Held = {
  workerId: string
  /** Of the calls under way; undefined: the slot is idle, and goes back with the next turn. */
  call: { generation: number; rests: number } | undefined
  /** Its call has ended badly (`keepsSlot`), or it is another process's turn. */
  isRetired: boolean
}

/** The slots of one endpoint that this process holds, and what it knows of the rest. */
export type EndpointSlots = ReturnType<typeof createEndpointSlots>

/** @param now milliseconds on a clock that never goes back */
export function createEndpointSlots(endpoint: SlotEndpoint, { now, random }: { now(): number; random(): number }) {
  const held = new Map<number, Held>()
  let tally: Tally = emptyTally()
  let step: Step | undefined
  let generation = 0
  let rests = 0
  let usable = endpoint.cap
  let share = 0
  let othersWant = 0
  let closedUntilMs = 0
  let heardAtMs = Number.NEGATIVE_INFINITY

  const closedMs = () => Math.max(0, closedUntilMs - now())
  const isFresh = () => now() - heardAtMs < freshMs
  const mayUse = (slot: number) => isFresh() && closedMs() === 0 && slot < usable

  /** Whether a slot whose call has ended is for this process's next call, rather than for another process. */
  function mayHandOn(slot: number): boolean {
    if (!mayUse(slot)) return false
    if (othersWant === 0 || held.size <= Math.floor(share)) return true
    return held.size <= Math.ceil(share) && random() < keepsPartOfShare
  }

  function count(how: CallEnd, call: { generation: number; rests: number }) {
    if (how === 'abandoned') return
    if (how === 'succeeded') tally.successes++
    if (how === 'refused' || how === 'overwhelmed') {
      if (call.generation === generation) tally.refusals++
      else tally.lateRefusals++
    }
    if (how === 'failed' || how === 'overwhelmed' || how === 'unusable') {
      if (call.rests === rests) tally.failures++
    } else {
      tally.answers++
      tally.failures = 0
    }
  }

  return {
    provider: endpoint.provider,
    closedMs,
    /** Whether a call that waits may hope for a slot here soon. */
    isOpen: () => closedMs() === 0,
    /** How many more slots this process may ask for while others wait. */
    shortOfShare: () => (closedMs() > 0 ? 0 : Math.max(0, Math.ceil(share) - held.size)),
    othersWant: () => othersWant,
    hasIdle: () => [...held.values()].some(({ call }) => call === undefined),
    isHolding: () => held.size > 0,
    /** Something that others should hear of at once. */
    hasNews: () => tally.refusals + tally.lateRefusals + tally.failures > 0 || tally.pauseMs > 0,
    hasUrgentStep: () => {
      if (step === undefined) return false
      const { used, restMs, state } = step
      return used.refusals + used.lateRefusals > 0 || restMs > 0 || state.limit >= usable + 1
    },

    /** A slot that may be used at once, if there is one. */
    idle(): number | undefined {
      for (const [slot, { call, isRetired }] of held) if (!call && !isRetired && mayUse(slot)) return slot
      return undefined
    },
    /** Begins a call; the function that comes back ends it, and says whether the slot may be used again at once. */
    begin(slot: number): (how: CallEnd, pauseMs?: number) => boolean {
      const mine = held.get(slot)!
      const call = { generation, rests }
      mine.call = call
      return (how, pauseMs = 0) => {
        if (mine.call !== call) return false
        count(how, call)
        mine.call = undefined
        if (pauseMs > 0) {
          tally.pauseMs = Math.max(tally.pauseMs, pauseMs)
          closedUntilMs = Math.max(closedUntilMs, now() + pauseMs)
        }
        mine.isRetired ||= !keepsSlot.has(how) || !mayHandOn(slot)
        return held.get(slot) === mine && !mine.isRetired
      }
    },
    /** What this process has to say. Idle slots are gone with this, whether the turn succeeds or not. */
    ask(workerId: string, wants: number): Asked {
      for (const [slot, mine] of held) {
        // Under another id: the worker was given up for dead, and its slots were taken.
        if (mine.call === undefined || mine.workerId !== workerId) held.delete(slot)
      }
      const asked: Asked = { ...endpoint, wants, kept: [...held.keys()], generation, rests, tally, step }
      tally = emptyTally()
      step = undefined
      return asked
    },
    /** Takes in the answer to a turn that was sent at `sentMs`. */
    hear(answer: Told, { kept }: Asked, workerId: string, sentMs: number) {
      ;({ generation, rests, usable, share, othersWant, step } = answer)
      heardAtMs = sentMs
      closedUntilMs = Math.max(answer.closedMs > 0 ? now() + answer.closedMs : 0, tally.pauseMs > 0 ? closedUntilMs : 0)
      const mine = new Set(answer.stillMine)
      for (const slot of kept) if (!mine.has(slot)) held.delete(slot)
      for (const slot of answer.taken) held.set(slot, { workerId, call: undefined, isRetired: false })
    },
    /** A turn failed: what it told may not have arrived, and no call begins until one succeeds. */
    tellAgain({ tally: told }: Asked) {
      heardAtMs = Number.NEGATIVE_INFINITY
      tally.successes += told.successes
      tally.refusals += told.refusals
      tally.lateRefusals += told.lateRefusals
      tally.failures += told.failures
      tally.answers += told.answers
      tally.pauseMs = Math.max(tally.pauseMs, told.pauseMs)
    },
  }
}
