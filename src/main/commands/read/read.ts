import type { SiteReading } from '../../../site/read-site.ts'
import { configOrExit, onStopSignal } from '../../process.ts'
import { createSite } from '../../site.ts'
import { type Command, wrongUsageExitCode } from '../command.ts'
import { lookOf, oneLine } from '../terminal.ts'
import { parseReadArguments, type ReadRequest, readHelp } from './read-arguments.ts'
import { readFailure } from './read-failure.ts'
import { readJson } from './read-json.ts'
import { createReadProgress } from './read-progress.ts'
import { counted, findPage, pageReport, readReport, seconds } from './read-report.ts'

/** What a shell makes of a process that a signal ended. */
const signalExitCodes: Record<string, number> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }
const failedExitCode = 1

/** `sonda read`: reads a website as a worker would, and prints what came of it. */
export const read: Command = async (args) => {
  const request = parseReadArguments(args)
  if (request === 'help') {
    console.log(readHelp)
    return 0
  }
  if ('problem' in request) {
    console.error(`sonda: ${request.problem} Veja sonda read --help`)
    return wrongUsageExitCode
  }
  const config = configOrExit()

  const stopping = new AbortController()
  let stoppedBy: string | undefined
  onStopSignal(
    (why) => {
      stoppedBy = why
      stopping.abort()
    },
    () => process.exit(exitCodeOf(stoppedBy)),
  )
  const site = createSite(config)
  const progress = createReadProgress(process.stderr, process.env, hostOf(request.url))
  process.on('exit', () => progress.end('failed', 'Interrompido'))
  const deadlineMs = config.CRAWL_DEADLINE_SECONDS * 1000
  const startedMs = performance.now()
  try {
    const reading = await site.reader.readSite(request.url, {
      maxPages: request.maxPages ?? config.CRAWL_MAX_PAGES,
      deadlineMs,
      signal: stopping.signal,
      onProgress: progress.onProgress,
    })
    const tookMs = performance.now() - startedMs
    progress.end('done', `${counted(reading.pages.length, 'página', 'páginas')} em ${seconds(tookMs)}`)
    return print(reading, request, { tookMs, deadlineMs })
  } catch (error) {
    if (stoppedBy) {
      progress.end('failed', 'Interrompido')
      console.error('sonda: interrompido; nada ficou para trás.')
      return exitCodeOf(stoppedBy)
    }
    const { code, message, advice } = readFailure(error)
    progress.end('failed', code)
    if (request.show === 'json') console.log(JSON.stringify({ error: { code, message, advice } }, null, 2))
    console.error(`sonda: ${code}: ${oneLine(message)} ${advice}`)
    return failedExitCode
  } finally {
    await site.close()
  }
}

function print(reading: SiteReading, request: ReadRequest, times: { tookMs: number; deadlineMs: number }): number {
  const look = lookOf(process.stdout, process.env)
  if (request.show === 'json') {
    console.log(JSON.stringify(readJson(reading, times), null, 2))
    return 0
  }
  if (request.page === undefined) {
    console.log(readReport(reading, { look, ...times, isTextWhole: request.show === 'text' }))
    return 0
  }
  const page = findPage(reading, request.page)
  if (page) {
    console.log(pageReport(reading, page, look))
    return 0
  }
  const paths = reading.pages.map(({ url }, index) => `  ${index + 1}  ${oneLine(url)}`)
  console.error([`sonda: ${request.page} não está entre as páginas lidas:`, ...paths].join('\n'))
  return failedExitCode
}

const exitCodeOf = (stoppedBy = ''): number => signalExitCodes[stoppedBy] ?? failedExitCode

const hostOf = (address: string): string => URL.parse(address)?.hostname || address
