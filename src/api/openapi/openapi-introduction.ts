/** What the document says before the operations. */
export const introduction = `Give Sonda a CNPJ, or a company's name and city: it finds the company's official website, proves that it is the right
one, reads it, and writes a profile in which every fact carries the words it came from.

**Submit, then ask.** \`POST /v2/scrape\` answers at once with a \`status_url\`. Ask it with \`?wait=30\` until \`terminal\` is
true; with \`until=children&include=children\` the answer is the discovery together with its profile. A list goes as one
batch: \`POST /v2/batches\`. Instead of asking, a request may name a \`callback_url\`.

**Send again without fear.** A company has at most one live job, and the same \`Idempotency-Key\` with the same body gives
the first answer again.

**Refusals** are \`application/problem+json\` with a stable \`code\`; the sentences are in Portuguese, for the people who read
them. A job that failed is no refusal: it is a 200 whose \`error\` has a code of its own (docs/errors.md).

**Who asks**: \`Authorization: Bearer …\`, with a token of the installation or a key. A key has scopes: \`read\` for what only
looks, \`submit\` for what asks for work or changes one's own, \`admin\` for everything. What another key owns is not there for
whoever may not see it. An installation without a token serves its own machine without one.`

/** What the operations are sorted by. */
export const tags = [
  { name: 'Companies', description: 'Ask for a company, and see what is known of it' },
  { name: 'Jobs', description: 'What became of a request; cancel it, do it again' },
  { name: 'Batches', description: 'Thousands of companies in one request' },
  { name: 'Callbacks', description: 'Being told instead of asking' },
  { name: 'Queues', description: 'How the installation is doing; holding it, letting it go on' },
  { name: 'Service', description: 'Health and this description; no token needed' },
] as const
