/** Where to ask, as the settings say it. What they leave open follows from the host. */
export type RegistryAddress = { url: string; spacingMs?: number | undefined; timeoutMs?: number | undefined }

/** One registry to ask. */
export type RegistrySource = {
  /** The CNPJ follows after a slash. */
  url: string
  /** With its port: what a limit is counted by, and what the record names as its source. */
  host: string
  /** Two sources with the same data say nothing that one of them does not. */
  data: string
  /** Whether its word alone is enough for "there is no such company". */
  isAuthoritative: boolean
  /** The least time between two calls of the whole fleet; 0: as fast as it goes. */
  spacingMs: number
  timeoutMs: number
}

const defaultTimeoutMs = 10_000

/**
 * The public registries, and the least time between two calls that they put up with. Any other host is somebody's own
 * and has no limit.
 *
 * - OpenCNPJ takes bursts of 50 a second, but has blocked addresses that asked for 5,000 companies within an hour
 *   (its issue 52).
 * - minhareceita.org promises nothing; it has answered 429 at one call in 3 s.
 * - BrasilAPI passes questions on to minhareceita.org, and asks not to be called in loops.
 * - CNPJ.ws and ReceitaWS allow 3 a minute, counted over any 60 s: a twentieth is left for what the network adds.
 */
const publicRegistries: Record<string, { data: string; spacingMs: number }> = {
  'api.opencnpj.org': { data: 'opencnpj', spacingMs: 1_000 },
  'minhareceita.org': { data: 'minhareceita', spacingMs: 6_000 },
  'brasilapi.com.br': { data: 'minhareceita', spacingMs: 2_000 },
  'publica.cnpj.ws': { data: 'cnpj.ws', spacingMs: 21_000 },
  'receitaws.com.br': { data: 'receitaws', spacingMs: 21_000 },
  'www.receitaws.com.br': { data: 'receitaws', spacingMs: 21_000 },
}

/** Completes an address by what is known of its host. */
export function registrySource({ url, spacingMs, timeoutMs = defaultTimeoutMs }: RegistryAddress): RegistrySource {
  const { host } = new URL(url)
  const known = publicRegistries[host]
  return {
    url: url.replace(/\/+$/, ''),
    host,
    data: known?.data ?? host,
    isAuthoritative: !known,
    spacingMs: spacingMs ?? known?.spacingMs ?? 0,
    timeoutMs,
  }
}
