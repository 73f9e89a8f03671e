import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { Document } from './openapi-document.ts'

/** What is wrong with a value by a schema of a document, as text; undefined: nothing. */
export type Check = (schema: object, value: unknown) => string | undefined

/** Checks against the document's schemas with a validator that has nothing to do with the one that made them. */
export function schemaCheck(document: Document): Check {
  const ajv = new Ajv2020({ strict: false, allErrors: false })
  addFormats.default(ajv)
  ajv.addFormat('binary', true)
  ajv.addSchema({ $id: 'document', components: document.components })
  const validators = new Map<string, ReturnType<typeof ajv.compile>>()
  return (schema, value) => {
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')
    let validate = validators.get(text)
    if (!validate) {
      validate = ajv.compile(JSON.parse(text))
      validators.set(text, validate)
    }
    return validate(value) ? undefined : ajv.errorsText(validate.errors)
  }
}
