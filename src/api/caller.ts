import type { Context } from 'hono'

/** What a caller may do: submit work, read what is theirs, or everything, whoever owns it. */
export type Scope = 'submit' | 'read' | 'admin'

/** Who asks. What is submitted belongs to `owner`. */
export type Caller = {
  owner: string
  scopes: readonly Scope[]
}

export type CallerVariables = { Variables: { caller: Caller } }

/** Who comes with API_ACCESS_TOKEN, or from this machine where there is none. */
export const operator: Caller = { owner: '', scopes: ['submit', 'read', 'admin'] }

/** Who asks, as the authentication found out. */
export const callerOf = (c: Context): Caller => (c as Context<CallerVariables>).get('caller')

/** Whose jobs the caller may see and change; null: everybody's. */
export const visibleTo = ({ owner, scopes }: Caller): string | null => (scopes.includes('admin') ? null : owner)
