import { expect, test } from 'vitest'
import { llmFailure } from '../../src/llm/llm-failure.ts'

const openAi = (message: string, code: string | null, type = 'invalid_request_error') =>
  JSON.stringify({ error: { message, type, param: null, code } })

const quota = openAi(
  'You exceeded your current quota, please check your plan and billing details.',
  'insufficient_quota',
  'insufficient_quota',
)
const vllmContext =
  "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4000 in the messages, 1000 in the completion). Please reduce the length of the messages or completion."
const sglangContext = "The input (40960 tokens) is longer than the model's context length (32768 tokens)."

const cases: [name: string, status: number, body: string, code: string][] = [
  [
    'OpenAI, wrong key',
    401,
    openAi('Incorrect API key provided: sk-live-secret.', 'invalid_api_key'),
    'LLM_KEY_REJECTED',
  ],
  ['OpenRouter, no credits', 402, '{"error":{"code":402,"message":"Insufficient credits"}}', 'LLM_NO_CREDITS'],
  ['OpenAI, no access', 403, openAi('Country not supported', 'unsupported_country'), 'LLM_REJECTED'],
  [
    'Ollama, no such model',
    404,
    openAi('model "x" not found, try pulling it first', null, 'api_error'),
    'LLM_NOT_FOUND',
  ],
  ['OpenAI, quota', 429, quota, 'LLM_NO_CREDITS'],
  ['a gateway, quota', 400, quota, 'LLM_NO_CREDITS'],
  ['a gateway, quota', 403, quota, 'LLM_NO_CREDITS'],
  ['a gateway, quota', 200, quota, 'LLM_NO_CREDITS'],
  [
    'OpenAI, rate',
    429,
    openAi('Rate limit reached for requests', 'rate_limit_exceeded', 'requests'),
    'LLM_RATE_LIMITED',
  ],
  [
    'OpenAI, more at once than a minute allows',
    429,
    openAi(
      'Request too large for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Requested 41000.',
      'rate_limit_exceeded',
      'tokens',
    ),
    'LLM_CONTEXT_EXCEEDED',
  ],
  [
    'Ollama, context',
    400,
    openAi('the request (7900 tokens) exceeds the available context size (4096 tokens), try increasing it', null),
    'LLM_CONTEXT_EXCEEDED',
  ],
  ['429 in plain text', 429, 'Too Many Requests', 'LLM_RATE_LIMITED'],
  ['OpenRouter, time-out', 408, '{"error":{"code":408,"message":"Request timed out"}}', 'LLM_UNAVAILABLE'],
  ['OpenAI, broken', 500, openAi('The server had an error', null, 'server_error'), 'LLM_UNAVAILABLE'],
  ['a proxy without the server', 502, '<html>Bad Gateway</html>', 'LLM_UNAVAILABLE'],
  [
    'SGLang, overload',
    503,
    '{"object":"error","message":"The request queue is full.","type":"ServiceUnavailableError","param":null,"code":503}',
    'LLM_UNAVAILABLE',
  ],
  [
    'Ollama, overload',
    503,
    openAi('server busy, please try again.  maximum pending requests exceeded', null, 'api_error'),
    'LLM_UNAVAILABLE',
  ],
  ['Cloudflare', 524, '', 'LLM_UNAVAILABLE'],
  [
    'vLLM, context',
    400,
    JSON.stringify({ error: { message: vllmContext, type: 'BadRequestError', param: null, code: 400 } }),
    'LLM_CONTEXT_EXCEEDED',
  ],
  [
    'older vLLM, context',
    400,
    JSON.stringify({ object: 'error', message: vllmContext, type: 'BadRequestError', param: null, code: 400 }),
    'LLM_CONTEXT_EXCEEDED',
  ],
  [
    'SGLang, context',
    400,
    JSON.stringify({ object: 'error', message: sglangContext, type: 'BadRequest', param: null, code: 400 }),
    'LLM_CONTEXT_EXCEEDED',
  ],
  ['OpenAI, context', 400, openAi('Your input is too long.', 'context_length_exceeded'), 'LLM_CONTEXT_EXCEEDED'],
  [
    'llama.cpp, context',
    400,
    '{"error":{"code":400,"message":"the request exceeds the available context size. try increasing the context size or enable context shift","type":"invalid_request_error"}}',
    'LLM_CONTEXT_EXCEEDED',
  ],
  [
    'LM Studio, context',
    400,
    '{"error":"The number of tokens to keep from the initial prompt is greater than the context length."}',
    'LLM_CONTEXT_EXCEEDED',
  ],
  ['a body too large for a proxy', 413, '<html>Request Entity Too Large</html>', 'LLM_CONTEXT_EXCEEDED'],
  ['any other 400', 400, '{"error":"messages must not be empty"}', 'LLM_REJECTED'],
  ['FastAPI, 422', 422, '{"detail":[{"loc":["body","messages"],"msg":"field required"}]}', 'LLM_REJECTED'],
  ['a redirect', 301, '', 'LLM_REJECTED'],
  [
    'LM Studio, wrong path',
    200,
    '{"error":"Unexpected endpoint or method. (POST /chat/completions)"}',
    'LLM_NOT_FOUND',
  ],
  ['an error of unknown kind in a 200', 200, '{"error":{"message":"Provider returned error"}}', 'LLM_UNAVAILABLE'],
]

test.each(cases)('%s (%i)', (_name, status, body, code) => {
  expect(llmFailure(status, {}, body)).toMatchObject({ name: 'Failure', code })
})

test.each([
  ['{"error":{"message":"the words","code":400}}'],
  ['{"object":"error","message":"the words"}'],
  ['{"error":"the words"}'],
])('the message of %s is passed on', (body) => {
  expect(llmFailure(400, {}, body).message).toContain('It said 400: the words.')
})

test('what a refused key is answered with is not passed on, since it may quote the key', () => {
  const body = openAi('Incorrect API key provided: sk-live-secret.', 'invalid_api_key')
  expect(llmFailure(401, {}, body).message).not.toContain('sk-live-secret')
  expect(llmFailure(403, {}, body).message).not.toContain('sk-live-secret')
})

test.each<[status: number, headers: Record<string, string>, retryAfterMs: number | undefined]>([
  [429, { 'retry-after': '7' }, 7_000],
  [503, { 'retry-after': '7' }, 7_000],
  [429, { 'retry-after-ms': '2500', 'retry-after': '3' }, 2_500],
  [429, { 'retry-after': '0' }, 1_000],
  [429, { 'retry-after': '86400' }, 600_000],
  [429, { 'retry-after': 'Fri, 01 Jan 2100 00:00:00 GMT' }, 600_000],
  [429, { 'retry-after': 'Fri, 01 Jan 2010 00:00:00 GMT' }, 1_000],
  [429, { 'retry-after': 'soon' }, undefined],
  [429, {}, undefined],
])('%i with %o asks to wait %s ms', (status, headers, retryAfterMs) => {
  expect(llmFailure(status, headers, '').retryAfterMs).toBe(retryAfterMs)
})
