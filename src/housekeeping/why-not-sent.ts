/** What the codes of the system, of TLS and of undici say to whoever waits for a callback. */
const reasons: Record<string, string> = {
  ENOTFOUND: 'o nome não tem endereço no DNS',
  EAI_AGAIN: 'o DNS não respondeu pelo nome',
  ECONNREFUSED: 'ninguém atende nesse endereço e porta',
  ECONNRESET: 'o destino a cortou',
  EPIPE: 'o destino a cortou',
  ETIMEDOUT: 'demorou demais para abrir',
  EHOSTUNREACH: 'não há caminho até o host',
  ENETUNREACH: 'não há caminho até a rede',
  EPROTO: 'o TLS não foi aceito',
  CERT_HAS_EXPIRED: 'o certificado venceu',
  CERT_NOT_YET_VALID: 'o certificado ainda não vale',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'o certificado é assinado por ele mesmo',
  SELF_SIGNED_CERT_IN_CHAIN: 'o certificado é assinado por ele mesmo',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'a cadeia do certificado está incompleta',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'o certificado é de uma autoridade desconhecida',
  ERR_TLS_CERT_ALTNAME_INVALID: 'o certificado é de outro host',
  UND_ERR_CONNECT_TIMEOUT: 'demorou demais para abrir',
  UND_ERR_HEADERS_TIMEOUT: 'a resposta não veio a tempo',
  UND_ERR_BODY_TIMEOUT: 'a resposta parou no meio',
  UND_ERR_SOCKET: 'o destino a encerrou sem responder',
  UND_ERR_HEADERS_OVERFLOW: 'os cabeçalhos da resposta não têm fim',
  HPE_HEADER_OVERFLOW: 'os cabeçalhos da resposta não têm fim',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'a resposta veio incompleta',
}

/**
 * A Portuguese sentence that says why no answer came; the code stands in it for whoever searches for that.
 * @param code of the system, TLS or undici, as `networkCodeOf` finds it
 */
export function whyNotSent(error: unknown, code: string | undefined): string {
  const reason = reasons[code ?? ''] ?? reasonOfOthers(error, code)
  return `A conexão com o destino falhou: ${reason}${code ? ` (${code})` : ''}.`
}

function reasonOfOthers(error: unknown, code = ''): string {
  // undici's, which mostly has no code.
  if (code.startsWith('HPE_') || (error as Error | null)?.name === 'HTTPParserError') return 'a resposta não é HTTP'
  return code.startsWith('ERR_SSL') ? 'o TLS não foi aceito' : 'algo inesperado aconteceu'
}
