import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { compress } from 'hono/compress'
import { describeApi, openApiDocument } from '../openapi/openapi.ts'
import { refusals } from '../openapi/problem-schema.ts'
import { problem } from '../problem.ts'

const require = createRequire(import.meta.url)
const packageFile = 'swagger-ui-dist/package.json'
const { version } = require(packageFile) as { version: string }

const start = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
})
`

/** What the page loads besides the document. Ours, or of the package as it is. */
const files = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'start.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
} as const
type FileName = keyof typeof files
const fileNames = Object.keys(files) as [FileName, ...FileName[]]

// Addresses are relative, so that the page works behind a proxy that puts a folder before them.
const page = `<!doctype html>
<html lang="pt-BR">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sonda – referência da API</title>
<link rel="icon" href="docs/favicon-32x32.png?v=${version}">
<link rel="stylesheet" href="docs/swagger-ui.css?v=${version}">
<script src="docs/swagger-ui-bundle.js?v=${version}" defer></script>
<script src="docs/start.js?v=${version}" defer></script>
</head>
<body>
<noscript>Esta página precisa de JavaScript. A descrição da API está em <a href="openapi.json">openapi.json</a>.</noscript>
<div id="swagger-ui"></div>
</body>
</html>
`

/** Nothing from elsewhere, and no script but the two. The page sets styles on its elements, and has its icons in its CSS. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const security: [] = []

/**
 * GET /openapi.json: the description of the API; GET /docs: a page to read it by. Neither needs a token: they hold no
 * secrets, and a browser that opens the page has none to send. Register them before anything asks for one; all routes that are
 * registered by the time of the first request are in the description.
 */
export function docsRoutes(app: OpenAPIHono): void {
  describeApi(app)
  const description = createRoute({
    method: 'get',
    path: '/openapi.json',
    operationId: 'getOpenApi',
    tags: ['Service'],
    summary: 'This description of the API, as OpenAPI 3.1',
    description: 'Made from the schemas that requests are checked with.',
    security,
    responses: {
      200: {
        description: 'The document',
        content: {
          'application/json': {
            schema: z.looseObject({
              openapi: z.string(),
              info: z.looseObject({ title: z.string(), version: z.string() }),
              paths: z.record(z.string(), z.unknown()),
            }),
          },
        },
      },
    },
  })
  app.openAPIRegistry.registerPath(description)
  let document: string | undefined
  app.use(description.path, compress())
  app.get(description.path, (c) => {
    document ??= JSON.stringify(openApiDocument(app))
    return c.body(document, 200, { 'content-type': 'application/json', 'cache-control': 'no-cache' })
  })

  const reference = createRoute({
    method: 'get',
    path: '/docs',
    operationId: 'getDocs',
    tags: ['Service'],
    summary: 'This description as a page, from which requests can be tried',
    description: 'It loads nothing from elsewhere.',
    security,
    responses: {
      200: { description: 'The page', content: { 'text/html': { schema: z.string() } } },
    },
  })
  app.openAPIRegistry.registerPath(reference)
  app.get(reference.path, (c) =>
    c.body(page, 200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    }),
  )

  const part = createRoute({
    method: 'get',
    path: '/docs/{file}',
    operationId: 'getDocsFile',
    tags: ['Service'],
    summary: 'What the page of `/docs` is made of',
    description: 'It may be kept for good: its address changes with its version.',
    security,
    request: { params: z.object({ file: z.enum(fileNames) }) },
    responses: {
      200: {
        description: 'The file',
        content: {
          'text/css': { schema: z.string() },
          'text/javascript': { schema: z.string() },
          'image/png': { schema: z.string().meta({ format: 'binary' }) },
        },
      },
      ...refusals('ROUTE_NOT_FOUND'),
    },
  })
  app.openAPIRegistry.registerPath(part)
  app.use('/docs/:file', compress())
  app.get('/docs/:file', async (c) => {
    const name = fileNames.find((known) => known === c.req.param('file'))
    if (!name) return problem(c, 'ROUTE_NOT_FOUND', `Não há nada em ${c.req.path}. A página está em /docs.`)
    const body = name === 'start.js' ? start : await readFile(join(require.resolve(packageFile), '..', name))
    return c.body(body, 200, {
      'content-type': files[name],
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    })
  })
}
