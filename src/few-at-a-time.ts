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
