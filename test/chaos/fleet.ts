import { until } from '../support/poll.ts'
import { type RunningProcess, startScript } from '../support/processes.ts'
import type { ChaosWorkerSettings } from './chaos-worker.ts'

const usual = { slots: 10, batchSize: 10, drainMs: 5_000, timeoutSeconds: 60, logLevel: 'info' }

/** Deaths are noticed within seconds, which tests that need many of them cannot do without. */
export const quickPace = { beatEveryMs: 1_000, fenceAfterMs: 4_000, deadAfterSeconds: 6, reapEveryMs: 1_000 }

/** Starts one worker process of the chaos kind. */
export function startChaosWorker(url: string, settings: Partial<ChaosWorkerSettings> = {}): RunningProcess {
  return startScript('test/chaos/chaos-worker.ts', [JSON.stringify({ ...usual, ...settings, url })])
}

export const startChaosWorkers = (count: number, url: string, settings: Partial<ChaosWorkerSettings> = {}) =>
  Array.from({ length: count }, () => startChaosWorker(url, settings))

/** Waits until the workers claim; they must log at `info`. */
export const areClaiming = (workers: readonly RunningProcess[]) =>
  until('the workers', () => workers.every((worker) => has(worker, 'claim loop started')), 60_000)

export const has = ({ lines }: RunningProcess, message: string): boolean => lines.some(({ msg }) => msg === message)

export const isGone = ({ process }: RunningProcess): boolean => process.exitCode !== null || process.signalCode !== null
