import { setTimeout as wait } from 'node:timers/promises'

/** Asks again and again until the answer is there (anything but undefined or false); throws when the time is over. */
export async function until<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  deadlineMs = 10_000,
): Promise<T> {
  const end = performance.now() + deadlineMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`)
    await wait(20)
  }
}
