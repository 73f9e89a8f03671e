import { expect, test } from 'vitest'
import { callbackUrl } from '../../../src/api/request/callback-url.ts'
import { parseConfig } from '../../../src/config.ts'

const { CALLBACK_ALLOW_HOSTS: allowHosts } = parseConfig({
  CALLBACK_ALLOW_HOSTS: 'n8n:5678, *.railway.internal, LOCALHOST, [::1]:5678, hooks.example.com:8443',
})
const schema = callbackUrl(allowHosts)
const reasonOf = (url: unknown) =>
  schema
    .safeParse(url)
    .error?.issues.map(({ message }) => message)
    .join('; ')

test.each([
  'https://example.com',
  'http://example.com:80/a?b=c#d',
  'https://EXAMPLE.com./hook',
  'https://example.com:443/',
  `https://n8n.example.com/webhook-waiting/1?signature='%7b"|^\`{}<>&&=`,
  'https://example.com/@me?mail=a@b.com',
  'http://8.8.8.8/hook',
  'http://[2606:4700::1111]/hook',
  'http://n8n:5678/webhook-waiting/1',
  'http://hooks.railway.internal/a',
  'https://a.b.railway.internal:8443/a',
  'http://localhost:5678/a',
  'http://[::1]:5678/a',
  'https://hooks.example.com:8443/a',
  `https://example.com/${'a'.repeat(1980)}`,
])('%s is kept as it came', (url) => {
  expect(schema.parse(url)).toBe(url)
})

test.each([
  'http://n8n:5679/',
  'http://n8n/',
  'http://railway.internal/',
  'http://evilrailway.internal/',
  'http://127.0.0.1:5678/',
  'http://[::1]/',
  'http://[::ffff:10.0.0.1]/',
  'http://[fd00::1]/',
  'http://10.1.2.3/',
  'http://172.31.0.1/',
  'http://192.168.0.1/',
  'http://169.254.169.254/latest/meta-data',
  'http://100.64.0.1/',
  'http://0x7f.1/',
  'http://2130706433/',
  'http://0/',
  'http://intranet/',
  'http://nas.local/',
  'http://foo.localhost./',
  'https://example.com:5678/',
  'http://[2002:7f00:1::]/',
  'http://[2001:db8::1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://192.0.2.5/',
  'http://198.18.0.1/',
  'http://203.0.113.9/',
  'http://168.63.129.16/',
  'http://255.255.255.255/',
])('%s is refused with a sentence that names the setting', (url) => {
  expect(reasonOf(url)).toContain('CALLBACK_ALLOW_HOSTS')
})

test.each([
  ['', 'URL completa'],
  ['example.com/hook', 'URL completa'],
  ['ftp://example.com/', 'URL completa'],
  ['javascript:alert(1)', 'URL completa'],
  ['https:example.com', 'URL completa'],
  ['https:\\\\example.com', 'URL completa'],
  ['https:///example.com', 'URL completa'],
  ['http://', 'URL completa'],
  ['http://exa%zzmple.com/', 'URL completa'],
  ['http://example..com/', 'não é um nome de domínio'],
  ['http://.example.com/', 'não é um nome de domínio'],
  ['http://example.com../', 'não é um nome de domínio'],
  ['http://a..railway.internal/', 'não é um nome de domínio'],
  [`http://${'a'.repeat(64)}.example.com/`, 'não é um nome de domínio'],
  [`http://${'a.'.repeat(125)}example.com/`, 'não é um nome de domínio'],
  ['https://user:secret@example.com/', 'usuário nem senha'],
  ['https://user@example.com/', 'usuário nem senha'],
  ['https://@example.com/', 'usuário nem senha'],
  ['https://example.com/a b', 'sem espaços'],
  ['https://example.com/\n', 'sem espaços'],
  ['https://example.com/ação', 'sem espaços'],
  [`https://example.com/${'a'.repeat(1981)}`, 'no máximo 2000'],
])('%j is refused: %s', (url, reason) => {
  expect(reasonOf(url)).toContain(reason)
})

test.each([null, 1, true, {}, []])('%j is no text', (value) => {
  expect(reasonOf(value)).toBeDefined()
})
