import type { LineResult } from '../../../src/queue/batches.ts'

const evidence = [{ url: 'https://acougue.example/', quote: 'Picanha. Entrega.' }]
const claim = (value: unknown) => ({
  value,
  evidence: [{ url: 'https://acougue.example/', quote: String(value) }],
  confidence: 0.7,
})

/** A made-up profile, as a profile job leaves it. */
export const profileOf = (): Record<string, unknown> => ({
  schema_version: 2,
  engine: 'llm',
  website: 'https://acougue.example/',
  name: claim('Açougue São João'),
  description: claim('Vende carnes.'),
  sector: claim('Alimentos'),
  business_model: claim('both'),
  offerings: [
    { name: 'Picanha', kind: 'product', description: null, evidence, confidence: 0.5 },
    { name: 'Entrega', kind: 'service', description: null, evidence, confidence: 0.5 },
  ],
  segments: [],
  differentiators: [],
  certifications: [],
  brands: [],
  clients: [claim('Mercado Ipê')],
  locations: [claim('Rua das Flores, 1')],
  contacts: {
    phones: ['+5541999998888', '+558001234567', '+5540041234', '+12133734253'].map(claim),
    whatsapps: [],
    emails: [claim('oi@acougue.example')],
    socials: [claim('https://www.instagram.com/acougue'), claim('https://www.tiktok.com/@acougue')],
  },
  year_founded: claim(1998),
  size_claimed: null,
})

/** A line whose discovery is completed, as the database gives it. */
export const lineResult = (row: Partial<LineResult> = {}): LineResult => ({
  position: 6,
  line: 7,
  job_id: '01a20616-d802-716d-b79b-8aad457e7f3d',
  external_id: 'A-1',
  is_duplicate: false,
  given: null,
  complaints: null,
  status: 'completed',
  input: { cnpj: '00000000000191', municipio: 'Curitiba', uf: 'PR', profile: true },
  error: null,
  result: {
    status: 'found',
    website: 'https://acougue.example/',
    confidence: 0.95,
    proof: 'cnpj',
    chosen_by: 'evidence',
    why_none: null,
    warnings: [],
    socials: ['https://www.instagram.com/acougue'],
    registry: {
      cnpj: '00000000000191',
      razao_social: 'AÇOUGUE SÃO JOÃO LTDA',
      situacao: 'ATIVA',
      phones: ['+554132324455'],
    },
    reused: null,
  },
  child_id: null,
  child_status: null,
  child_error: null,
  child_result: null,
  ...row,
})
