import type { OpenAPIHono } from '@hono/zod-openapi'
import type { ProblemCode } from '../problem.ts'
import { callbacksOf, describeCallbacks } from './callback-messages.ts'
import { examples, type RouteExamples } from './openapi-examples.ts'
import { introduction, tags } from './openapi-introduction.ts'
import { problemSchema, refusal } from './problem-schema.ts'

export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>
type Operation = NonNullable<NonNullable<OpenApiDocument['paths']>[string]['get']>

/** What operations may be answered with besides their own refusals: by the server, by the app, and where they ask who asks. */
const commonRefusals = {
  Unauthorized: ['UNAUTHORIZED'],
  ScopeMissing: ['SCOPE_MISSING'],
  RateLimited: ['RATE_LIMITED'],
  RequestTimeout: ['REQUEST_TIMEOUT'],
  HeadersTooLarge: ['HEADERS_TOO_LARGE'],
  Internal: ['INTERNAL'],
  DatabaseUnavailable: ['DATABASE_UNAVAILABLE'],
} as const satisfies Record<string, readonly ProblemCode[]>
const ofTheServer = { 408: 'RequestTimeout', 431: 'HeadersTooLarge', 500: 'Internal' } as const
const ofTheCaller = {
  401: 'Unauthorized',
  403: 'ScopeMissing',
  429: 'RateLimited',
  503: 'DatabaseUnavailable',
} as const

/** What is said where a request has not come to any operation. */
const refusalsOfNone = [
  'REQUEST_MALFORMED',
  'ROUTE_NOT_FOUND',
  'METHOD_NOT_ALLOWED',
  'UNAUTHORIZED',
  'SCOPE_MISSING',
  'RATE_LIMITED',
] as const satisfies readonly ProblemCode[]

const home = 'https://github.com/sonda/sonda'

/**
 * Adds to the routes' descriptions what they have in common: call it once, before {@link openApiDocument}.
 */
export function describeApi(app: Pick<OpenAPIHono, 'openAPIRegistry'>): void {
  const { openAPIRegistry: registry } = app
  registry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A value of `API_ACCESS_TOKEN`, or a key that `sonda keys create` made (docs/keys.md).',
  })
  registry.register('Problem', problemSchema)
  for (const [name, codes] of Object.entries(commonRefusals)) {
    registry.registerComponent('responses', name, refusal(codes) as object & { description: string })
  }
  registry.registerComponent('responses', 'NotServed', {
    ...(refusal(refusalsOfNone) as object),
    description: 'What came is no request that this address serves',
  })
  describeCallbacks(app)
}

/** The description of all routes that are registered, as OpenAPI 3.1. @see {@link describeApi} */
export function openApiDocument(app: Pick<OpenAPIHono, 'getOpenAPI31Document'>): OpenApiDocument {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Sonda',
      // Of the paths and schemas, not of the code behind them.
      version: '2.0.0',
      description: introduction,
      contact: { name: 'Sonda', url: home },
      license: { name: 'Unlicensed', url: home },
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: [...tags],
    security: [{ bearer: [] }],
  })
  for (const operation of operationsOf(document)) {
    addCommonRefusals(operation)
    if (takesCallback(operation)) {
      operation.callbacks = callbacksOf(operation.operationId === 'createBatch' ? 'batch' : 'job')
    }
    addExamples(operation, examples[operation.operationId!])
    dropExamplesOfOptions(operation)
  }
  return document
}

/** Every operation of a document. */
export const operationsOf = ({ paths }: OpenApiDocument): Operation[] =>
  Object.values(paths ?? {}).flatMap((item) =>
    [item.get, item.post, item.put, item.patch, item.delete].filter((operation) => operation !== undefined),
  )

function addCommonRefusals({ responses = {}, security }: Operation): void {
  const isOpen = security?.length === 0
  for (const [status, name] of Object.entries({ ...ofTheServer, ...(!isOpen && ofTheCaller) })) {
    responses[status] ??= { $ref: `#/components/responses/${name}` }
  }
  responses.default = { $ref: '#/components/responses/NotServed' }
}

const takesCallback = ({ requestBody }: Operation) => JSON.stringify(requestBody ?? {}).includes('"callback_url":')

/** What may be left out comes without an example: the page would fill it in, and a request that is tried would send it. */
function dropExamplesOfOptions({ parameters = [], requestBody }: Operation): void {
  type Field = { example?: unknown }
  type Form = { schema: { properties: Record<string, Field> } }
  const content = requestBody && 'content' in requestBody ? requestBody.content : {}
  const form = content['multipart/form-data'] as Form | undefined
  for (const field of Object.values(form?.schema.properties ?? {})) delete field.example
  for (const parameter of parameters as { required?: boolean; schema?: Field }[]) {
    if (!parameter.required && parameter.schema) delete parameter.schema.example
  }
}

function addExamples({ responses = {} }: Operation, byMediaType: RouteExamples = {}): void {
  for (const [status, response] of Object.entries(responses)) {
    if (!/^2/.test(status)) continue
    for (const [mediaType, example] of Object.entries(byMediaType)) {
      const media = (response as { content?: Record<string, { example?: unknown }> }).content?.[mediaType]
      if (media) media.example = example
    }
  }
}
