import type { Writable } from 'node:stream'
import type { ReadSiteOptions } from '../../../site/read-site.ts'
import { type Bar, createProgressBars } from '../progress-bars.ts'
import { isDrawable } from '../terminal.ts'

export type ReadProgress = {
  onProgress: NonNullable<ReadSiteOptions['onProgress']>
  /** Leaves the bar as it then stands, and gives the cursor back. Safe to call again. */
  end(outcome: 'done' | 'failed', message: string): void
}

/** A bar for one site, if the stream is a terminal; otherwise nothing. */
export function createReadProgress(
  stream: Pick<Writable, 'write'> & { isTTY?: boolean; columns?: number },
  env: NodeJS.ProcessEnv,
  site: string,
): ReadProgress {
  if (!isDrawable(stream, env)) return { onProgress() {}, end() {} }
  const bars = createProgressBars(stream, env)
  let isOver = false
  let percent = 0
  const draw = (fields: Pick<Bar, 'stage' | 'message' | 'outcome'>) => bars.update([{ name: site, percent, ...fields }])

  draw({ stage: 'reading', message: 'Abrindo o site', outcome: 'pending' })
  return {
    onProgress({ pagesRead, pagesPlanned, url }) {
      if (isOver) return
      // More pages come to light while it reads; a bar that goes back says nothing to anybody.
      percent = Math.max(percent, (100 * pagesRead) / Math.max(1, pagesPlanned))
      const message = `${pagesRead} de ${pagesPlanned}: ${URL.parse(url)?.pathname ?? url}`
      draw({ stage: 'reading', message, outcome: 'pending' })
    },
    end(outcome, message) {
      if (isOver) return
      isOver = true
      if (outcome === 'done') percent = 100
      draw({ stage: outcome, message, outcome })
      bars.close()
    },
  }
}
