import { Failure } from '../../errors.ts'

const reasons: Record<string, string> = {
  ENOTFOUND: 'the name has no address',
  EAI_AGAIN: 'the name could not be resolved',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ETIMEDOUT: 'connecting took too long',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  CERT_HAS_EXPIRED: 'certificate expired',
  CERT_NOT_YET_VALID: 'certificate not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'self-signed certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'incomplete certificate chain',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate of an unknown authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate for another host',
  UND_ERR_CONNECT_TIMEOUT: 'connecting took too long',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stalled',
  UND_ERR_SOCKET: 'the other side closed the connection',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer broke off',
}

/** The system's, TLS's or undici's code of an error; of the first attempt if several addresses were tried. */
export function networkCodeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return networkCodeOf(error.errors[0])
  if (!(error instanceof Error)) return undefined
  const { code } = error as NodeJS.ErrnoException
  return typeof code === 'string' ? code : networkCodeOf(error.cause)
}

/** What a request to `host` failed of, as a `Failure` whose detail names the host and the reason. */
export function toSiteFailure(error: unknown, host: string): Failure {
  if (error instanceof Failure) return error
  const code = networkCodeOf(error)
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'HPE_HEADER_OVERFLOW') {
    return new Failure('SITE_TOO_LARGE', `${host}: endless headers.`, { cause: error })
  }
  const reason = reasons[code ?? ''] ?? (code?.startsWith('HPE_') ? 'the answer is not HTTP' : 'the request failed')
  return new Failure('SITE_UNREACHABLE', `${host}: ${reason}${code ? ` (${code})` : ''}.`, { cause: error })
}
