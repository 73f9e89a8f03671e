export const origin = 'https://sonda.example.com'
export const jobId = '01a20616-d802-716d-b79b-8aad457e7f3d'
export const profileJobId = '01a20616-f3a1-7c55-9d1e-2f0e6c1b7a90'

const website = 'https://padaria.example/'
const quote = 'Padaria Exemplo LTDA – CNPJ 12.ABC.345/01DE-35'
const evidence = [{ url: `${website}contato`, quote }]

/** A registry's record. */
export const recordExample = {
  cnpj: '12ABC34501DE35',
  razao_social: 'PADARIA EXEMPLO LTDA',
  nome_fantasia: 'Padaria Exemplo',
  situacao: 'ATIVA',
  cnae: '1091102',
  cnae_descricao: 'Fabricação de produtos de padaria e confeitaria com predominância de produção própria',
  logradouro: 'RUA DAS FLORES',
  numero: '10',
  bairro: 'CENTRO',
  municipio: 'CURITIBA',
  uf: 'PR',
  cep: '80020000',
  phones: ['+554133330000'],
  email: 'contato@padaria.example',
  porte: 'MICRO EMPRESA',
  capital_social: 50_000,
  abertura: '2011-03-02',
  source: 'registry.example',
  fetched_at: '2026-11-23T12:00:01.300Z',
}

const reasons = [{ points: 100, what: 'O site traz o CNPJ 12.ABC.345/01DE-35', url: `${website}contato`, quote }]

/** The result of a discovery. */
export const discoveryExample = {
  schema_version: 2,
  status: 'found',
  website,
  confidence: 0.95,
  proof: 'cnpj',
  chosen_by: 'evidence',
  reasons,
  why_none: null,
  warnings: [],
  candidates: [
    {
      rank: 1,
      url: website,
      origin: 'search',
      verdict: 'accepted',
      nature: 'own',
      why: 'O site traz o CNPJ da empresa.',
      score: 145,
      reasons,
    },
  ],
  shared_pages: [],
  llm: null,
  registry: recordExample,
  socials: ['https://www.instagram.com/padariaexemplo'],
  pages: [{ url: website, title: 'Padaria Exemplo' }],
  skipped: [],
  notes: [],
  queries: ['Padaria Exemplo CURITIBA PR'],
  credits: 1,
  durations_ms: { registry: 412, search: 655, reading: 820, crawling: 1930 },
  asked: {},
  reused: null,
}

/** A company's profile. */
export const profileExample = {
  schema_version: 2,
  engine: 'llm',
  language: 'pt-BR',
  cnpj: '12ABC34501DE35',
  website,
  name: { value: 'Padaria Exemplo', evidence, confidence: 0.95 },
  description: null,
  sector: null,
  business_model: null,
  offerings: [
    {
      name: 'Bolos sob encomenda',
      kind: 'product',
      description: null,
      evidence: [{ url: website, quote: 'Bolos sob encomenda' }],
      confidence: 0.65,
    },
  ],
  segments: [],
  differentiators: [],
  certifications: [],
  brands: [],
  clients: [],
  locations: [],
  postal_codes: [],
  contacts: {
    phones: [
      {
        value: '+554133330000',
        evidence: [{ url: `${website}contato`, quote: 'Telefone: (41) 3333-0000' }],
        confidence: 0.95,
      },
    ],
    whatsapps: [],
    emails: [],
    socials: [],
  },
  cnpjs: [{ value: '12ABC34501DE35', evidence, confidence: 0.95 }],
  year_founded: null,
  size_claimed: null,
  languages: [],
  dropped: { offerings: 1 },
  coverage: { passages: 12, read: 12 },
  usage: { tokens_in: 5120, tokens_out: 610, calls: 1, latency_ms: 4210 },
  pages: [website, `${website}contato`],
}

/** A job in a list. */
export const jobSummaryExample = {
  job_id: jobId,
  kind: 'discovery',
  status: 'completed',
  terminal: true,
  status_url: `${origin}/jobs/${jobId}`,
  poll_after_seconds: 0,
  external_id: '7',
  input: { cnpj: '12ABC34501DE35', profile: true, external_id: '7' },
  progress: { stage: 'done', percent: 100, message: 'Concluído' },
  error: null,
  attempt: 1,
  max_attempts: 5,
  parent_job_id: null,
  owner: 'n8n',
  created_at: '2026-11-23T12:00:00.010Z',
  started_at: '2026-11-23T12:00:00.090Z',
  next_try_at: null,
  finished_at: '2026-11-23T12:00:05.310Z',
}

/** A job by itself. */
export const jobExample = {
  ...jobSummaryExample,
  result: discoveryExample,
  llm_usage: null,
  all_terminal: false,
  children: [
    {
      job_id: profileJobId,
      kind: 'profile',
      status: 'running',
      terminal: false,
      status_url: `${origin}/jobs/${profileJobId}`,
    },
  ],
  waits_for: null,
  callbacks: [],
}

/** What is known of a company. */
export const companyExample = {
  cnpj: '12ABC34501DE35',
  registry: { record: recordExample, found_at: '2026-11-23T12:00:01.300Z' },
  website: { url: website, status: 'found', confidence: 0.95, reasons, found_at: '2026-11-23T12:00:05.310Z' },
  profile: { profile: profileExample, found_at: '2026-11-23T12:00:11.870Z' },
}
