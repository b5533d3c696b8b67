/**
 * `npm run fuzz:api`: schemathesis, from PyPI, over the OpenAPI document of the served flagship: no request may be a fault of
 * the server's, and every answer is as the document says.
 *
 *     npm run fuzz:api [-- --target postgres] [--examples 100] [--seed 1]
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { everything, serveFlagship } from './bandits/serve-flagship.ts'

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: 'duckdb' },
    examples: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
  },
})

const version = '4.32.5'
const folder = join(import.meta.dirname, '..', 'node_modules', '.cache', `schemathesis-${version}`)
const program = join(folder, 'bin', 'schemathesis')
if (!existsSync(program)) {
  run('python3', ['-m', 'venv', folder])
  run(join(folder, 'bin', 'pip'), ['install', '--quiet', `schemathesis==${version}`])
}

const served = await serveFlagship({
  target: values.target === 'postgres' ? 'postgres' : 'duckdb',
  openBanditRows: 200,
  clients: 4,
  // Lists of ten thousand events that are none are among what it sends: their dead letters take a while.
  serve:
    '  relations: [path:models/gold/bandits]\n  builds: { select: [bandit_weights] }\n  drain_timeout: 10m',
})
await served.start()
const fuzzed = spawnSync(
  program,
  [
    'run',
    `${served.address()}/openapi.json`,
    '--header',
    `x-api-key: ${everything}`,
    '--header',
    `authorization: Bearer ${everything}`,
    '--checks',
    'not_a_server_error,status_code_conformance,content_type_conformance',
    '--phases',
    'examples,coverage,fuzzing',
    // A stream without an end.
    '--exclude-path',
    '/dashboard/changes',
    '--max-examples',
    values.examples,
    '--seed',
    values.seed,
    '--no-shrink',
    '--continue-on-failure',
  ],
  { stdio: ['ignore', 'inherit', 'inherit'], cwd: served.folder },
)
const answered = await statuses()
const code = await served.end('SIGTERM')
await served.remove()
const faults = [...answered].filter(([status]) => status >= 500 && status !== 503)
const count = [...answered.values()].reduce((sum, each) => sum + each, 0)
const shown = [...answered].map(([status, each]) => `${status}: ${each}`).join(', ')
process.stdout.write(
  `fuzz:api: ${count} requests on ${values.target}, ${faults.length === 0 ? 'no' : 'SOME'} 5xx (${shown}), schemathesis ${fuzzed.status === 0 ? 'found nothing' : `ended with ${fuzzed.status}`}, the server with ${code}\n`,
)
if (code !== 0) process.stdout.write(served.said().slice(-2000))
if (fuzzed.status !== 0 || faults.length > 0 || code !== 0) process.exitCode = 1

/** Of all answers, by status, as the server counted them. */
async function statuses(): Promise<ReadonlyMap<number, number>> {
  const { text } = await served.ask('GET', '/metrics')
  const found = new Map<number, number>()
  for (const [, status = '', times = '0'] of text.matchAll(
    /^assay_http_request_duration_seconds_count\{[^}]*status="(\d+)"[^}]*\} (\d+)$/gm,
  )) {
    found.set(Number(status), (found.get(Number(status)) ?? 0) + Number(times))
  }
  return found
}

function run(command: string, argv: readonly string[]): void {
  const ran = spawnSync(command, argv, { stdio: 'inherit' })
  if (ran.status === 0) return
  process.stderr.write(
    'fuzz:api: expected schemathesis to be installed from PyPI, found that it cannot be\n',
  )
  process.exit(2)
}
