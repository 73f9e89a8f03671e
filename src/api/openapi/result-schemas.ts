import { z } from '@hono/zod-openapi'
import { discoveryResult, registryRecord } from '../../kinds/discovery/discovery-result-schema.ts'
import { companyProfile } from '../../kinds/profile/company-profile.ts'

const ofAnotherVersion = z
  .record(z.string(), z.unknown())
  .meta({ description: 'As another version of Sonda wrote it; its `schema_version` tells.' })

// Copies: `openapi` is only there in schemas that were made after @hono/zod-openapi was loaded.

/** What a discovery found: docs/discovery.md. */
export const discoveryResultSchema = discoveryResult.clone().openapi('DiscoveryResult')

/** A company's profile: docs/profile.md. */
export const companyProfileSchema = companyProfile.clone().openapi('CompanyProfile')

/** What the public registry says of a company. */
export const registryRecordSchema = registryRecord.clone().openapi('RegistryRecord')

/** A profile as it is stored. */
export const storedProfile = z.union([companyProfileSchema, ofAnotherVersion])

/** A registry's record as it is stored. */
export const storedRecord = z.union([registryRecordSchema, ofAnotherVersion])

/** What a job brought, by its kind. */
export const jobResult = z.union([discoveryResultSchema, companyProfileSchema, ofAnotherVersion])
