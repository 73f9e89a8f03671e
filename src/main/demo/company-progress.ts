import type { jobView } from '../../api/job/job-view.ts'
import type { Progress } from '../../kinds/define-kind.ts'
import type { Bar } from '../commands/progress-bars.ts'

/** A job as the API answers it; only what is looked at. */
export type JobView = Pick<ReturnType<typeof jobView>, 'status' | 'progress' | 'result' | 'error' | 'children'>

/** Of a company's work, discovery is the longer part. */
const discoveryShare = 0.6

/** How far a company is, over its discovery and, once there is one, its profile. */
export function companyProgress(name: string, discovery: JobView, profile: JobView | undefined): Bar {
  if (discovery.status !== 'completed') {
    return jobProgress(name, 'discovery', discovery, (percent) => percent * discoveryShare, 'Na fila')
  }
  const found = discovery.result as { status: string; why_none: string | null }
  if (found.status !== 'found') {
    const message = found.why_none ?? 'Nenhum site foi encontrado'
    return { name, percent: 100 * discoveryShare, stage: 'discovery none', message, outcome: 'failed' }
  }
  const start = 100 * discoveryShare
  if (!profile) return { name, percent: start, stage: 'discovery done', message: 'Site encontrado', outcome: 'pending' }
  if (profile.status === 'completed') {
    return { name, percent: 100, stage: 'done', message: 'Perfil pronto', outcome: 'done' }
  }
  const along = (percent: number) => start + percent * (1 - discoveryShare)
  return jobProgress(name, 'profile', profile, along, 'Site encontrado; perfil na fila')
}

function jobProgress(
  name: string,
  kind: string,
  { status, progress, error }: JobView,
  overall: (percent: number) => number,
  queued: string,
): Bar {
  const { stage, percent, message } = (progress ?? { stage: status, percent: 0, message: queued }) as Progress
  const bar = { name, percent: overall(percent), outcome: 'pending' as const }
  if (status === 'failed' || status === 'cancelled') {
    const why = error ? `${error.code}: ${error.message}` : 'O trabalho foi cancelado'
    return { ...bar, stage: `${kind} ${status}`, message: why, outcome: 'failed' }
  }
  if (status === 'queued') {
    const waiting = error ? `Nova tentativa em breve (${error.code})` : queued
    return { ...bar, stage: `${kind} queued`, message: waiting }
  }
  return { ...bar, stage: `${kind} ${stage}`, message }
}
