import { isIP } from 'node:net'
import { z } from '@hono/zod-openapi'
import { createAddressTest } from '../../allowed-address.ts'
import { bareHost, type CallbackHosts, isAllowedHost } from '../../callback-hosts.ts'

const mostCharacters = 2_000

/** Names that no public DNS has (RFC 6761, 6762, 8375, and what private networks use). */
const privateName = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|arpa|test|invalid|onion)$/

const isPublicAddress = createAddressTest([])

/** What the DNS can hold (RFC 1035): labels of 1 to 63 characters, 253 in all. */
const mostNameCharacters = 253
const labels = /^[^.]{1,63}(\.[^.]{1,63})*$/

/**
 * The schema of `callback_url`, as every request that takes one has it. It keeps the text as it came: the query may
 * carry a signature. What it says of the host is a courtesy at submission; what a name resolves to is looked at when the
 * callback is sent.
 *
 * @param allowHosts the setting CALLBACK_ALLOW_HOSTS.
 */
export const callbackUrl = (allowHosts: CallbackHosts) =>
  z
    .string()
    .max(mostCharacters, `pode ter no máximo ${mostCharacters} caracteres`)
    .superRefine((text, context) => {
      const reason = refusalOf(text, allowHosts)
      if (reason !== undefined) context.addIssue({ code: 'custom', message: reason })
    })
    .openapi({
      format: 'uri',
      description:
        'Told by POST, signed as Standard Webhooks, when the request has ended. Its query is kept as it is. A private host must be in CALLBACK_ALLOW_HOSTS.',
      example: 'https://n8n.example.com/webhook-waiting/123?signature=abc',
    })

/** Why a text is no address for callbacks, as the end of a sentence; undefined: it is one. */
function refusalOf(text: string, allowHosts: CallbackHosts): string | undefined {
  if (!/^[\x21-\x7e]*$/.test(text)) {
    return 'deve ser uma URL sem espaços nem acentos; codifique-os (%20, %C3%A7)'
  }
  // The parser would also read `https:example.com` and `https:\\example.com`, and then send something else than it says.
  const url = /^https?:\/\/[^/\\]/i.test(text) ? URL.parse(text) : null
  if (!url) return 'deve ser uma URL completa, que começa com http:// ou https://'
  if (url.username || url.password || /^[^/?#]*@/.test(text.slice(url.protocol.length + 2))) {
    return 'não pode ter usuário nem senha; use um token na query string'
  }
  const host = bareHost(url)
  if (isIP(host) === 0 && !(host.length <= mostNameCharacters && labels.test(host))) {
    return `"${host.slice(0, 100)}" não é um nome de domínio`
  }
  if (isAllowedHost(url, allowHosts)) return undefined
  if (!isPublicHost(host)) {
    return `o host "${host.slice(0, 100)}" não é público; quem opera o servidor pode liberá-lo em CALLBACK_ALLOW_HOSTS`
  }
  if (url.port !== '') {
    return `só as portas 80 e 443 são usadas; quem opera o servidor pode liberar "${host.slice(0, 100)}:${url.port}" em CALLBACK_ALLOW_HOSTS`
  }
  return undefined
}

const isPublicHost = (host: string): boolean =>
  isIP(host) === 0 ? host.includes('.') && !privateName.test(host) : isPublicAddress(host)
