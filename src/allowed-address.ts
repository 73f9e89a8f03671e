import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Where clouds answer whoever asks from inside with the machine's credentials: link-local for most of them; Alibaba,
 * Azure (an address that looks public and is not), Oracle; and in IPv6 AWS, Google, Oracle, Scaleway.
 */
const metadata = [
  '169.254.0.0/16',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '192.0.0.192/32',
  'fe80::/10',
  'fd00:ec2::/32',
  'fd20:ce::/32',
  'fd00:c1::/32',
  'fd00:42::42/128',
].map((cidr) => ipaddr.parseCIDR(cidr))

/** Everything that IANA has handed out as global unicast lies in here. */
const globalUnicastV6 = ipaddr.parseCIDR('2000::/3')

type Address = ReturnType<typeof ipaddr.process>
type Range = ReturnType<typeof ipaddr.parseCIDR>

/**
 * Builds the test that every address connected to must pass: globally routable (IANA's special-purpose
 * registries, RFC 6890), or inside one of `allowCidrs`. An IPv4 address inside an IPv6 one (`::ffff:10.0.0.1`)
 * counts as the IPv4 address. What is not an address in the usual notation is not allowed. Where clouds keep credentials
 * only a range within theirs lets through: `10.0.0.0/8` or `fc00::/7` are not meant for them.
 */
export function createAddressTest(allowCidrs: readonly string[]): (address: string) => boolean {
  const allowed = allowCidrs.map((cidr) => ipaddr.parseCIDR(cidr))
  return (text) => {
    const bare = /^\[.*\]$/.test(text) ? text.slice(1, -1) : text
    // ipaddr.js also reads `0177.1`, which others read differently; a zone belongs to what is not global.
    if (isIP(bare) === 0 || bare.includes('%')) return false
    const address = ipaddr.process(bare)
    const guarded = metadata.find((range) => isWithin(address, range))
    if (allowed.some((range) => isWithin(address, range) && (!guarded || range[1] >= guarded[1]))) return true
    if (guarded || address.range() !== 'unicast') return false
    return address.kind() === 'ipv4' || address.match(globalUnicastV6)
  }
}

const isWithin = (address: Address, [base, bits]: Range): boolean =>
  base.kind() === address.kind() && address.match(base, bits)
