/** For one connection only (RFC 9110, 7.6.1, and the older ones that are still seen). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-agent',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * What a proxy passes on of a message's headers, which come as `rawHeaders`: a list of names and values in turn.
 * @param more Headers to add.
 */
export function endToEndHeaders(rawHeaders: string[], more: Record<string, string> = {}): string[] {
  const pairs: [string, string][] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) pairs.push([rawHeaders[i]!, rawHeaders[i + 1]!])
  const named = pairs
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.toLowerCase().split(','))
  const dropped = new Set([...hopByHop, ...named.map((name) => name.trim())])
  return [...pairs.filter(([name]) => !dropped.has(name.toLowerCase())), ...Object.entries(more)].flat()
}
