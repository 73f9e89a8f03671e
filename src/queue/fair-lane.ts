/** How many jobs of a flow share a priority, and so stand in a row: about what a worker takes at once. */
export const jobsPerPriority = 10

export type Lane = ReturnType<typeof createLane>

/** Where the head of a lane is, and how far each owner's requests reach behind it. @param first where it begins. */
export function createLane(first: number) {
  let head = first
  let isEmpty = true
  /** In jobs, not in priorities: whole numbers. */
  let reached = new Map<string, number>()
  const startOf = (owner: string) => Math.max(head * jobsPerPriority, reached.get(owner) ?? head * jobsPerPriority)
  return {
    head: () => head,
    isEmpty: () => isEmpty,
    /** How many jobs of an owner would be served, at the pace of one flow, before his next. */
    jobsAhead: (owner: string): number => startOf(owner) - head * jobsPerPriority,
    /** The priority of the owner's next request, and `steps`: how many places it moves him on. */
    take(owner: string, steps = 1): number {
      const start = startOf(owner)
      reached.set(owner, start + steps)
      return Math.floor(start / jobsPerPriority)
    },
    /**
     * Returns whether all begin anew.
     * @param due the lowest priority that is due; null: none is, and all begin anew.
     * @param mayFall whether a lower one than before means that the lane has been empty in between. Otherwise it is a job
     * that came back from a failed try with its old priority, and nobody begins before the others for that.
     */
    moveTo(due: number | null, mayFall: boolean): boolean {
      isEmpty = due === null
      const isAnew = due === null || (mayFall && due < head)
      head = isAnew ? (due ?? first) : Math.max(head, due)
      reached = isAnew ? new Map() : new Map([...reached].filter(([, upTo]) => upTo > head * jobsPerPriority))
      return isAnew
    },
  }
}
