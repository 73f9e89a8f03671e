import { expect, test } from 'vitest'
import { companyProgress, type JobView } from '../../../src/main/demo/company-progress.ts'

const job = (fields: Partial<JobView>): JobView => ({
  status: 'queued',
  progress: null,
  result: null,
  error: null,
  children: [],
  ...fields,
})
const running = (percent: number) =>
  job({ status: 'running', progress: { stage: 'reading', percent, message: 'Lendo' } })
const found = job({ status: 'completed', result: { status: 'found' } })
const failed = { code: 'SITE_UNREACHABLE', message: 'The website did not answer.', attempt: 5, at: '' } as const
const of = (discovery: JobView, profile?: JobView) => companyProgress('Ipê', discovery, profile)

test('a company only ever advances, from 0 in the queue over 60 with its site found to 100 with its profile', () => {
  const course = [
    of(job({})),
    of(running(5)),
    of(running(90)),
    of(found),
    of(found, job({})),
    of(found, running(5)),
    of(found, running(60)),
    of(found, job({ status: 'completed', result: {} })),
  ]
  expect(course.map(({ percent }) => percent)).toEqual([0, 3, 54, 60, 60, 62, 84, 100])
  expect(course.map(({ outcome }) => outcome)).toEqual([...Array(7).fill('pending'), 'done'])
})

test('discovery and profile are different stages, also where both call one the same', () => {
  expect(of(running(50)).stage).not.toBe(of(found, running(50)).stage)
})

test('a job that failed says with which code, in either part', () => {
  const wanted = { outcome: 'failed', message: 'SITE_UNREACHABLE: The website did not answer.' }
  expect(of(job({ status: 'failed', error: failed }))).toMatchObject(wanted)
  expect(of(found, job({ status: 'failed', error: failed }))).toMatchObject(wanted)
})

test('a job that waits for its next try is not over', () => {
  expect(of(job({ error: failed }))).toMatchObject({
    outcome: 'pending',
    message: 'Nova tentativa em breve (SITE_UNREACHABLE)',
  })
})

test('a discovery that found no website is over, and says why', () => {
  const none = job({ status: 'completed', result: { status: 'none', why_none: 'A busca não trouxe nenhum site.' } })
  expect(of(none)).toMatchObject({ outcome: 'failed', message: 'A busca não trouxe nenhum site.' })
})
