/** Lets so many calls run at the same time; the others wait, in the order in which they came. */
export function fewAtATime(most: number): <Answer>(call: () => Promise<Answer>) => Promise<Answer> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (call) => {
    if (running < most) running += 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await call()
    } finally {
      const next = waiting.shift()
      // Its place goes to the next one as it is.
      if (next) next()
      else running -= 1
    }
  }
}

/** The same for each key by itself. */
export function fewOfEach(most: number): <Answer>(key: string, call: () => Promise<Answer>) => Promise<Answer> {
  const turns = new Map<string, { inTurn: ReturnType<typeof fewAtATime>; calls: number }>()
  return async (key, call) => {
    const turn = turns.get(key) ?? { inTurn: fewAtATime(most), calls: 0 }
    turns.set(key, turn)
    turn.calls += 1
    try {
      return await turn.inTurn(call)
    } finally {
      turn.calls -= 1
      if (turn.calls === 0) turns.delete(key)
    }
  }
}
