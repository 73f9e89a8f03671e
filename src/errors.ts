/**
 * Every way a job can end badly, by its stable code. The code says what follows:
 *
 * - `retry`: try again later, which spends an attempt;
 * - `snooze`: try again later without spending one (nothing was wrong with the job);
 * - `give_up`: trying again would not help.
 *
 * The sentence is what a caller reads, in Portuguese; docs/errors.md lists the same codes, and a test compares the two.
 */
export const failureCodes = {
  INTERNAL: {
    consequence: 'retry',
    sentence: 'Algo inesperado aconteceu dentro do Sonda; os detalhes estão no log.',
  },
  TIMEOUT: { consequence: 'retry', sentence: 'O job passou do tempo que seu tipo permite.' },
  WORKER_LOST: {
    consequence: 'give_up',
    sentence: 'O processo que executava este job caiu várias vezes seguidas.',
  },
  INPUT_INVALID: { consequence: 'give_up', sentence: 'Os dados de entrada do job não servem para o seu tipo.' },

  REGISTRY_BUSY: { consequence: 'snooze', sentence: 'As fontes de dados de CNPJ só podem ser consultadas mais tarde.' },
  REGISTRY_UNAVAILABLE: { consequence: 'retry', sentence: 'Nenhuma fonte de dados de CNPJ respondeu.' },
  SEARCH_UNAVAILABLE: { consequence: 'retry', sentence: 'O serviço de busca não respondeu.' },
  SEARCH_RATE_LIMITED: { consequence: 'snooze', sentence: 'O serviço de busca pediu para esperar.' },
  SEARCH_NO_CREDITS: { consequence: 'give_up', sentence: 'Os créditos desta chave no serviço de busca acabaram.' },
  SEARCH_KEY_REJECTED: { consequence: 'give_up', sentence: 'O serviço de busca recusou a chave.' },
  SEARCH_REFUSED: { consequence: 'give_up', sentence: 'O serviço de busca não aceitou a consulta.' },

  SITE_UNREACHABLE: { consequence: 'retry', sentence: 'O site não respondeu.' },
  SITE_BLOCKED: {
    consequence: 'give_up',
    sentence: 'O Sonda não pode acessar esse endereço (só http e https públicos, nas portas 80 e 443).',
  },
  SITE_DISALLOWED: { consequence: 'give_up', sentence: 'O robots.txt do site não permite a leitura.' },
  SITE_REFUSED: { consequence: 'give_up', sentence: 'O site respondeu com um erro.' },
  SITE_NOT_HTML: { consequence: 'give_up', sentence: 'O endereço não é de uma página web.' },
  SITE_TOO_LARGE: { consequence: 'give_up', sentence: 'A resposta é maior do que o Sonda lê.' },
  SITE_TOO_MANY_REDIRECTS: { consequence: 'give_up', sentence: 'O site redireciona vezes demais.' },
  BROWSER_UNAVAILABLE: { consequence: 'give_up', sentence: 'Não há um navegador que possa abrir a página.' },

  DISCOVERY_PENDING: { consequence: 'snooze', sentence: 'A descoberta de que este perfil depende ainda não terminou.' },
  NO_WEBSITE: {
    consequence: 'give_up',
    sentence:
      'Não se conhece um site desta empresa; faça antes uma descoberta (POST /v2/scrape) ou informe o campo website.',
  },

  LLM_UNAVAILABLE: { consequence: 'retry', sentence: 'O LLM não respondeu.' },
  LLM_RATE_LIMITED: { consequence: 'snooze', sentence: 'O LLM pediu para esperar.' },
  LLM_BUSY: { consequence: 'snooze', sentence: 'Nenhuma vaga do LLM ficou livre a tempo.' },
  LLM_KEY_REJECTED: { consequence: 'give_up', sentence: 'O LLM recusou a chave.' },
  LLM_NO_CREDITS: { consequence: 'give_up', sentence: 'Os créditos ou a cota desta chave no LLM acabaram.' },
  LLM_NOT_FOUND: { consequence: 'give_up', sentence: 'O LLM não tem esse modelo ou esse endereço.' },
  LLM_REJECTED: { consequence: 'give_up', sentence: 'O LLM não aceitou a requisição.' },
  LLM_CONTEXT_EXCEEDED: { consequence: 'give_up', sentence: 'O texto não cabe no contexto do LLM.' },
  LLM_ANSWER_INVALID: {
    consequence: 'retry',
    sentence: 'A resposta do LLM não seguiu o formato pedido, nem depois de uma correção.',
  },
} as const satisfies Record<string, { consequence: Consequence; sentence: string }>

export type Consequence = 'retry' | 'snooze' | 'give_up'
export type FailureCode = keyof typeof failureCodes

/**
 * A failure whose cause and consequence are known. Anything else that a handler throws is `INTERNAL`,
 * and its message is logged but never shown to a caller.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode
  readonly consequence: Consequence
  /** How long to wait before the next try, when the other side said so (`Retry-After`). */
  readonly retryAfterMs: number | undefined

  constructor(code: FailureCode, detail?: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    const { sentence } = failureCodes[code]
    super(detail ? `${sentence} ${detail}` : sentence, { cause: options.cause })
    this.code = code
    this.consequence = failureCodes[code].consequence
    this.retryAfterMs = options.retryAfterMs
  }
}

/** The code of a failure, or `INTERNAL` for anything else that was thrown. */
export const failureCodeOf = (error: unknown): FailureCode => (error instanceof Failure ? error.code : 'INTERNAL')
