import type { z } from 'zod'
import type { Pool, Sql } from '../db/connect.ts'
import type { Log } from '../log.ts'
import type { Services } from './services.ts'

/** What a handler gets besides the job's input. */
export type JobContext = {
  jobId: string
  owner: string
  /** After this try there is no other: a result that says what is missing is better than an error. */
  isLastTry: boolean
  /** Fires when the job must stop: timeout, cancellation, shutdown, or because it is no longer this worker's. */
  signal: AbortSignal
  /** Shows the caller how far the job is. Never waits for the database; the newest report wins. */
  progress(progress: Progress): void
  sql: Pool
  services: Services
  log: Log
}

/** `percent` is 0 to 100 over the whole job, `stage` one word, `message` a sentence for people, in Portuguese. */
export type Progress = { stage: string; percent: number; message: string }

/**
 * What a handler brings back. `write`, when given, runs in the transaction that completes the job: what it stores and
 * enqueues is there exactly when the job is completed. It returns the kinds it enqueued for, whose workers are then told.
 */
export type Outcome = { result: object; write?: (tx: Sql) => Promise<AnyKind[]> }

export type Handler<Input> = (input: Input, context: JobContext) => Promise<Outcome>

/**
 * A kind of work, as one value. The API's route and validation, the queue, the worker, metrics and retries all follow
 * from it; a new kind is a folder with such a value and a line in registry.ts.
 */
export type Kind<Input = unknown> = {
  name: string
  /** Where the API takes it: POST {path}. */
  path: string
  summary: string
  input: z.ZodType<Input>
  example: Input
  /** What the job is about. At most one job of a kind and subject is live at a time; undefined: no such limit. */
  subject(input: Input): string | undefined
  /** A job of the caller's that the input builds on, if it names one: a request that names a wrong one is refused. */
  buildsOn?(input: Input): { field: string; jobId: string; kind: string } | undefined
  /** How many tries count before it fails. */
  maxAttempts: number
  timeoutSeconds: number
  /** Its jobs wait in the queue, without a try spent, when the day's money for the LLM is gone. */
  waitsForBudget?: boolean
  /** Loads what does the work; the API never calls it, and so never loads a browser. */
  loadHandler(): Promise<Handler<Input>>
}

// biome-ignore lint/suspicious/noExplicitAny: a list of kinds holds kinds of every input.
export type AnyKind = Kind<any>

/** Only for the types: the input of the handler is the input of the schema. */
export const defineKind = <Input>(kind: Kind<Input>): Kind<Input> => kind
