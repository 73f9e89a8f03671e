import { openApiDocument } from '../../../src/api/openapi/openapi.ts'
import { type ApiUnderTest, apiUnderTest, nowhere } from '../api-under-test.ts'

/** The parts of a document that the tests look at, as they stand in JSON. */
export type Document = {
  paths: Record<string, Record<string, Operation>>
  components: Record<string, Record<string, unknown>>
  tags: { name: string }[]
}
export type Operation = {
  operationId: string
  tags: string[]
  summary: string
  description: string
  security?: object[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, Response | { $ref: string }>
  callbacks?: Record<string, { $ref: string }>
}
export type Parameter = { name: string; in: string; required: boolean; schema: object; example?: unknown }
export type Response = { content?: Record<string, Media> }
export type Media = { schema?: object; example?: unknown; examples?: Record<string, { value: unknown }> }
export type Described = Operation & { method: string; path: string }

/** The document as a client gets it. */
export const documentOf = ({ app }: Pick<ApiUnderTest, 'app'> = apiUnderTest(nowhere())): Document =>
  JSON.parse(JSON.stringify(openApiDocument(app)))

/** Every operation, with its method in capitals. */
export const operationsIn = ({ paths }: Document): Described[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  )

/** A response itself, also where the operation only names one. */
export function responseIn(document: Document, response: Response | { $ref: string }): Response {
  if (!('$ref' in response)) return response
  return document.components.responses![response.$ref.split('/').at(-1)!] as Response
}
