import type { Context } from 'hono'

/** What a caller may do: submit work, read what is theirs, or everything, whoever owns it. */
export const scopes = ['submit', 'read', 'admin'] as const
export type Scope = (typeof scopes)[number]

/** Who asks. What is submitted belongs to `owner`. */
export type Caller = {
  owner: string
  scopes: readonly Scope[]
}

export type CallerVariables = {
  Variables: {
    caller: Caller
    /** Absent: the caller has no key that could be revoked. */
    onRevoked?: (callBack: () => void) => () => void
  }
}

/** Who comes with API_ACCESS_TOKEN, or from this machine where there is none. */
export const operator: Caller = { owner: '', scopes }

/** Who asks, as the authentication found out. */
export const callerOf = (c: Context): Caller => (c as Context<CallerVariables>).get('caller')

/** Calls back once if the key that the request came with is revoked while it is answered. Returns what forgets it. */
export const onRevoked = (c: Context, callBack: () => void): (() => void) =>
  (c as Context<CallerVariables>).get('onRevoked')?.(callBack) ?? (() => {})

/** Whose jobs the caller may see and change; null: everybody's. */
export const visibleTo = ({ owner, scopes }: Caller): string | null => (scopes.includes('admin') ? null : owner)

/** Whether the caller may do what asks for a scope; `admin` holds the others. */
export const hasScope = ({ scopes }: Caller, scope: Scope): boolean =>
  scopes.includes(scope) || scopes.includes('admin')
