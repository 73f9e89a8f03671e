import { type FailureCode, failureCodeOf } from '../../../errors.ts'

/** What whoever reads a site at the terminal can do about it. */
const advice: Partial<Record<FailureCode, string>> = {
  SITE_UNREACHABLE: 'Abra o endereço num navegador; se ele estiver certo, tente de novo mais tarde.',
  SITE_BLOCKED: 'Informe um endereço público; para um da sua própria rede, defina EGRESS_ALLOW_CIDRS.',
  SITE_DISALLOWED: 'O dono do site não quer que programas o leiam; aqui não há o que fazer.',
  SITE_REFUSED: 'Abra o endereço num navegador; se ali ele funcionar, tente outra página do site.',
  SITE_NOT_HTML: 'Informe o endereço de uma página, e não o de um PDF, de uma imagem ou de um arquivo.',
  SITE_TOO_LARGE: 'Informe outra página do site.',
  SITE_TOO_MANY_REDIRECTS: 'Abra o endereço num navegador e informe aquele a que ele chega.',
}
const otherAdvice = 'Veja o que fazer em docs/errors.md.'

export type ReadFailure = { code: FailureCode; message: string; advice: string }

/** Why a site could not be read, and what to do about it, in Portuguese. What was not foreseen shows itself here as it is. */
export function readFailure(error: unknown): ReadFailure {
  const code = failureCodeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  return {
    code,
    message: code === 'INTERNAL' ? `Algo inesperado aconteceu dentro do Sonda. ${message}` : message,
    advice: advice[code] ?? otherAdvice,
  }
}
