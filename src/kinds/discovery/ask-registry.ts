import type { RegistryRecord } from '../../cnpj/registry-record.ts'
import { Failure } from '../../errors.ts'
import type { JobContext } from '../define-kind.ts'
import type { DiscoveryInput } from './discovery.ts'

/**
 * `missing`: why there is no certain answer, on the last try. `silence`: nobody said anything at all, not even that the
 * number is unknown.
 */
export type RegistrySays = { record: RegistryRecord | null; missing: string | null; silence: Failure | null }

/**
 * What the registry says of the company; null where the request has no number, or none knows it.
 * @throws Failure `REGISTRY_UNAVAILABLE` while another try may help; `REGISTRY_BUSY`, which spends none.
 */
export async function askRegistry(
  { cnpj }: DiscoveryInput,
  { services, signal, isLastTry }: JobContext,
): Promise<RegistrySays> {
  if (!cnpj) return { record: null, missing: null, silence: null }
  try {
    const answer = await services.registry.lookUp(cnpj, { signal })
    if (answer.found) return { record: answer.record, missing: null, silence: null }
    if (answer.isCertain) return { record: null, missing: null, silence: null }
    if (isLastTry) return { record: null, missing: answer.why, silence: null }
    throw new Failure('REGISTRY_UNAVAILABLE', answer.why)
  } catch (error) {
    signal.throwIfAborted()
    const isOver = error instanceof Failure && error.consequence === 'retry' && isLastTry
    if (!isOver) throw error
    return { record: null, missing: error.message, silence: error }
  }
}
