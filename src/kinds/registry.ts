import type { AnyKind } from './define-kind.ts'
import { discovery } from './discovery/discovery.ts'
import { profile } from './profile/profile.ts'

/** Every kind of work there is. */
export const kinds: readonly AnyKind[] = [discovery, profile]
