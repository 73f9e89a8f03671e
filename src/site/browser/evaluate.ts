import type { CDPSession } from 'playwright-core'

/** Frames of a page whose content is asked for; more are advertisements. */
const mostFrames = 10

/**
 * Evaluates an expression in a frame, in a world of its own: the same document, but none of what the page's scripts
 * have put in the place of the language's and the document's functions.
 * @throws Error when the page navigates meanwhile, or after `timeoutMs` of running.
 */
export async function evaluate(cdp: CDPSession, frameId: string, expression: string, timeoutMs: number) {
  const { executionContextId } = await cdp.send('Page.createIsolatedWorld', { frameId, worldName: 'sonda' })
  const { result, exceptionDetails } = await cdp.send('Runtime.evaluate', {
    expression,
    contextId: executionContextId,
    returnByValue: true,
    timeout: timeoutMs,
  })
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
  return result.value as unknown
}

export type Frame = { id: string; url: string }

/** The main frame, which is the first, and those below it that run in its process: all of the same site, and maybe others. */
export async function framesOf(cdp: CDPSession): Promise<[Frame, ...Frame[]]> {
  type Tree = Awaited<ReturnType<typeof tree>>
  const tree = async () => (await cdp.send('Page.getFrameTree')).frameTree
  const below = ({ childFrames = [] }: Tree): Frame[] =>
    childFrames.flatMap((child) => [{ id: child.frame.id, url: child.frame.url }, ...below(child)])
  const { frame, ...rest } = await tree()
  return [{ id: frame.id, url: frame.url }, ...below({ frame, ...rest }).slice(0, mostFrames)]
}
