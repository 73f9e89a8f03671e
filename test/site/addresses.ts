import fc from 'fast-check'

// Written down anew from IANA's special-purpose registries (RFC 6890 and its updates) and multicast, not taken from a
// library: `base/bits` of what is not globally reachable.
const special4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]
const special6 = [
  '::/3',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2001:2::/48',
  '2001:10::/28',
  '2001:db8::/32',
  '2002::/16',
  '3fff::/20',
  '4000::/2',
  '8000::/1',
]

const value4 = (text: string) => text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
const value6 = (text: string) => {
  const [head = '', tail = ''] = text.split('::')
  const groups = (part: string) => part.split(':').filter(Boolean)
  const zeros = Array(8 - groups(head).length - groups(tail).length).fill('0')
  return [...groups(head), ...zeros, ...groups(tail)].reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n)
}
export const write4 = (value: bigint) => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.')
export const write6 = (value: bigint) =>
  [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => ((value >> shift) & 65535n).toString(16)).join(':')

const rangeOf = (cidr: string, width: bigint, read: (text: string) => bigint) => {
  const [base = '', bits = ''] = cidr.split('/')
  const first = read(base)
  return { first, last: first + (1n << (width - BigInt(bits))) - 1n }
}
const ranges4 = special4.map((cidr) => rangeOf(cidr, 32n, value4))
const ranges6 = special6.map((cidr) => rangeOf(cidr, 128n, value6))
const isIn = (ranges: typeof ranges4, value: bigint) =>
  ranges.some(({ first, last }) => value >= first && value <= last)

export const special4Value = fc.oneof(
  ...ranges4.map(({ first, last }) => fc.oneof(fc.constant(first), fc.constant(last), fc.bigInt(first, last))),
)
export const special6Value = fc.oneof(
  ...ranges6.map(({ first, last }) => fc.oneof(fc.constant(first), fc.constant(last), fc.bigInt(first, last))),
)
// 192.0.0.0/24 and 192.88.99.0/24 hold both kinds, and some services' addresses; they are left out here.
export const global4Value = fc
  .bigInt(0n, (1n << 32n) - 1n)
  .filter(
    (value) =>
      !isIn(ranges4, value) &&
      !/^(192\.0\.0|192\.88\.99|168\.63\.129|192\.52\.193|192\.31\.196|192\.175\.48)\./.test(write4(value)),
  )
export const global6Value = fc
  .bigInt(value6('2000::'), value6('4000::') - 1n)
  .filter(
    (value) =>
      !isIn(ranges6, value) &&
      value >> 105n !== value6('2001::') >> 105n &&
      value >> 80n !== value6('2620:4f:8000::') >> 80n,
  )

/** The ways in which an IPv4 address can stand in an IPv6 one. */
export const embeddings: ((value: bigint) => bigint)[] = [
  (value) => value, // v4-compatible
  (value) => value6('::ffff:0:0') | value, // v4-mapped
  (value) => value6('::ffff:0:0:0') | value, // v4-translated (SIIT)
  (value) => value6('64:ff9b::') | value, // NAT64
  (value) => value6('64:ff9b:1::') | value, // NAT64, local
  (value) => value6('2002::') | (value << 80n), // 6to4
  (value) => value6('2001::') | (value ^ 0xffffffffn), // Teredo
]

const bytesOf = (value: bigint) => [24n, 16n, 8n, 0n].map((shift) => Number((value >> shift) & 255n))
const octal = (number: number) => `0${number.toString(8)}`
const hex = (number: number) => `0x${number.toString(16)}`
const fullWidth = (text: string) =>
  text.replace(/[\d.]/g, (sign) => (sign === '.' ? '。' : String.fromCharCode(sign.charCodeAt(0) + 0xfee0)))
const percent = (text: string) => text.replace(/\d/g, (digit) => `%${digit.charCodeAt(0).toString(16)}`)

/** The ways in which an IPv4 address can be written as a URL's host, all of them read as that address (WHATWG URL, 3.5). */
export const notations: Record<string, (value: bigint) => string> = {
  plain: write4,
  'with a dot at its end': (value) => `${write4(value)}.`,
  dword: (value) => String(value),
  'hexadecimal dword': (value) => `0x${value.toString(16)}`,
  'octal dword': (value) => `0${value.toString(8)}`,
  octal: (value) => bytesOf(value).map(octal).join('.'),
  hexadecimal: (value) => bytesOf(value).map(hex).join('.'),
  mixed: (value) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytesOf(value)
    return `${hex(a)}.${octal(b)}.${c}.${hex(d).toUpperCase()}`
  },
  'in two parts': (value) => `${value >> 24n}.${value & 0xffffffn}`,
  'in three parts': (value) => `${value >> 24n}.${(value >> 16n) & 255n}.${value & 0xffffn}`,
  'in two parts, hexadecimal': (value) => `${hex(Number(value >> 24n))}.${hex(Number(value & 0xffffffn))}`,
  'with leading zeros': (value) =>
    bytesOf(value)
      .map((byte) => `000${octal(byte)}`)
      .join('.'),
  'full-width': (value) => fullWidth(write4(value)),
  'percent-encoded': (value) => percent(write4(value)),
}
