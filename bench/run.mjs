// Measures the product, in one run on one Postgres with fsync on. `npm run bench`, or of its parts only some:
//
//   npm run bench -- [throughput] [enqueue] [batch] [burst] [claim-cost] [latency] [idle-worker] [wait] [extraction] [crawl]
//                   [llm] [--runs 5] [--quick] [--write]
//
// `--quick` is for working on the benchmark: one short run, whose figures mean nothing. `--write` puts the figures into
// bench/README.md, with the date and the machine.

import { parseArgs } from 'node:util'
import { install } from './harness/install.mjs'
import { describeMachine, loads, warnOfCompany } from './harness/machine.mjs'
import { printSection, writeReadme } from './harness/report.mjs'
import { startPostgres } from './harness/server.mjs'

// Claim cost last: the server goes on writing and vacuuming its millions of rows for minutes.
const sectionNames = [
  'throughput',
  'enqueue',
  'batch',
  'burst',
  'latency',
  'wait',
  'idle-worker',
  'extraction',
  'crawl',
  'llm',
  'claim-cost',
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const unknown = positionals.find((name) => !sectionNames.includes(name))
if (unknown) {
  console.error(`There is no ${unknown} to measure; there are ${sectionNames.join(', ')}.`)
  process.exit(1)
}
const runs = Number(values.runs ?? (values.quick ? 1 : 5))
if (!Number.isInteger(runs) || runs < 1) {
  console.error('--runs must be a whole number from 1 on.')
  process.exit(1)
}

install()
const server = await startPostgres()
process.once('SIGINT', () => server.stop().finally(() => process.exit(1)))
process.once('SIGTERM', () => server.stop().finally(() => process.exit(1)))
try {
  const machine = await describeMachine(server)
  console.log(machine.map(([name, value]) => `${name}: ${value}`).join('\n'))
  warnOfCompany()
  const sections = []
  for (const name of sectionNames) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    const { measure } = await import(`./${name}.mjs`)
    for (const section of await measure({ server, runs, isQuick: values.quick })) {
      printSection(section)
      sections.push(section)
    }
  }
  machine.push(['Load after the run', loads()])
  if (values.write) writeReadme({ machine, sections, runs })
} finally {
  await server.stop()
}
