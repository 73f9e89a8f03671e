import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAddressTest } from '../../src/allowed-address.ts'
import { embeddings, global4Value, global6Value, special4Value, special6Value, write4, write6 } from './addresses.ts'

const isPublic = createAddressTest([])

describe('which addresses may be connected to', () => {
  it.each(['8.8.8.8', '200.147.3.157', '2606:4700::6810:84e5', '2804:14c::1', '::ffff:8.8.8.8', '[2606:4700::1]'])(
    'the globally routable %s may',
    (address) => expect(isPublic(address)).toBe(true),
  )

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.9',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::ffff:168.63.129.16',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    '5f00::1',
    '4000::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '',
    'localhost',
  ])('%s may not', (address) => expect(isPublic(address)).toBe(false))

  it('a range that the operator opened may, in both notations, and nothing beside it', () => {
    const isAllowed = createAddressTest(['127.0.0.1/32', '10.0.0.0/8', 'fd00::/8'])
    expect(['127.0.0.1', '::ffff:127.0.0.1', '10.9.8.7', 'fd12::1'].filter(isAllowed)).toHaveLength(4)
    expect(['127.0.0.2', '11.0.0.1', '192.168.0.1', 'fc00::1'].filter(isAllowed)).toEqual(['11.0.0.1'])
  })
})

describe('where clouds keep their credentials', () => {
  const addresses = ['169.254.169.254', '169.254.170.2', '100.100.100.200', '168.63.129.16', '192.0.0.192']
  const addresses6 = [
    'fd00:ec2::254',
    'fd00:ec2::23',
    'fd20:ce::254',
    'fd00:c1::a9fe:a9fe',
    'fd00:42::42',
    'fe80::a9fe:a9fe',
  ]

  it('a range that holds them among others does not let them through', () => {
    const isAllowed = createAddressTest(['0.0.0.0/0', '100.64.0.0/10', '169.0.0.0/8', '::/0', 'fc00::/7'])
    expect([...addresses, ...addresses6].filter(isAllowed)).toEqual([])
    expect(addresses.map((address) => `::ffff:${address}`).filter(isAllowed)).toEqual([])
    expect(['100.100.100.201', '10.0.0.1', 'fd00:ec3::254', 'fd12::1'].filter(isAllowed)).toHaveLength(4)
  })

  it('a range that names one itself does', () => {
    const ranges = [...addresses.map((address) => `${address}/32`), ...addresses6.map((address) => `${address}/128`)]
    expect([...addresses, ...addresses6].filter(createAddressTest(ranges))).toHaveLength(ranges.length)
  })
})

describe('of any address', () => {
  it('in a special-purpose range: it may not', () => {
    fc.assert(
      fc.property(special4Value, (value) => !isPublic(write4(value))),
      { numRuns: 5_000 },
    )
    fc.assert(
      fc.property(special6Value, (value) => !isPublic(write6(value))),
      { numRuns: 5_000 },
    )
  })

  it('in no such range: it may', () => {
    fc.assert(
      fc.property(global4Value, (value) => isPublic(write4(value))),
      { numRuns: 2_000 },
    )
    fc.assert(
      fc.property(global6Value, (value) => isPublic(write6(value))),
      { numRuns: 2_000 },
    )
  })

  it('a private one inside an IPv6 address, however it stands there: it may not', () => {
    fc.assert(
      fc.property(special4Value, fc.constantFrom(...embeddings), (value, embed) => !isPublic(write6(embed(value)))),
      { numRuns: 5_000 },
    )
  })

  it('text that lets through: it reads as the same public address in a URL', () => {
    const pieces = fc.constantFrom(
      '127',
      '0x7f',
      '0177',
      '1',
      '8',
      '2000',
      '.',
      ':',
      '::',
      '%',
      '[',
      ']',
      'ffff',
      '/',
      ' ',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 9 }), (parts) => {
        const text = parts.join('')
        if (!isPublic(text)) return true
        const host = text.includes(':') && !text.startsWith('[') ? `[${text}]` : text
        return isPublic(URL.parse(`http://${host}/`)?.hostname ?? '')
      }),
      { numRuns: 20_000 },
    )
  })
})
