import type { Config } from '../config.ts'

/** Why the server cannot listen, as a sentence that names the setting to change. */
export function listenFailure(
  { code, message }: Pick<NodeJS.ErrnoException, 'code' | 'message'>,
  { HOST, PORT }: Pick<Config, 'HOST' | 'PORT'>,
): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${PORT} is in use; set PORT to another`
    case 'EACCES':
      return `port ${PORT} may not be used by this user; set PORT to another, above 1023`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return `HOST must be an address of this machine, or a name of one; "${HOST}" is not known (${code})`
    case 'EADDRNOTAVAIL':
      return `HOST must be an address of this machine; ${HOST} is none (${code})`
    case 'EAFNOSUPPORT':
      return `this machine has no addresses such as HOST, ${HOST}; set HOST=0.0.0.0 where there is no IPv6 (${code})`
    default:
      return `cannot listen on HOST ${HOST}, PORT ${PORT}: ${message}`
  }
}
