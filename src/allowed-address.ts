import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Azure's metadata and DNS service: an address that looks public and is not. */
const notReallyPublic = new Set(['168.63.129.16'])

/** Everything that IANA has handed out as global unicast lies in here. */
const globalUnicastV6 = ipaddr.parseCIDR('2000::/3')

/**
 * Builds the test that every address connected to must pass: globally routable (IANA's special-purpose
 * registries, RFC 6890), or inside one of `allowCidrs`. An IPv4 address inside an IPv6 one (`::ffff:10.0.0.1`)
 * counts as the IPv4 address. What is not an address in the usual notation is not allowed.
 */
export function createAddressTest(allowCidrs: string[]): (address: string) => boolean {
  const allowed = allowCidrs.map((cidr) => ipaddr.parseCIDR(cidr))
  return (text) => {
    const bare = /^\[.*\]$/.test(text) ? text.slice(1, -1) : text
    // ipaddr.js also reads `0177.1`, which others read differently; a zone belongs to what is not global.
    if (isIP(bare) === 0 || bare.includes('%')) return false
    const address = ipaddr.process(bare)
    if (allowed.some(([base, bits]) => base.kind() === address.kind() && address.match(base, bits))) return true
    if (notReallyPublic.has(address.toString()) || address.range() !== 'unicast') return false
    return address.kind() === 'ipv4' || address.match(globalUnicastV6)
  }
}
