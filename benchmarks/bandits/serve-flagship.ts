/** The bandits of the flagship in a folder of their own, built and served by the real command, with keys for everything. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { invoke } from '../../src/index.ts'
import { copyFlagship, isOfPart } from '../../tests/support/copy-flagship.ts'
import { startPostgres } from '../../tests/support/servers.ts'

export interface FlagshipOptions {
  readonly target: 'duckdb' | 'postgres'
  /** Rows of the Open Bandit file that stay: what is not theirs is what is measured. */
  readonly openBanditRows: number
  readonly clients: number
  /** More in `serve:` of assay.yml, two blanks before each line; `builds` is among it. */
  readonly serve: string
}

export interface Answer {
  readonly status: number
  readonly text: string
}

export interface ServedFlagship {
  readonly folder: string
  address(): string
  /** What its processes have printed. */
  said(): string
  /** Starts the server; also after it was killed. */
  start(): Promise<void>
  ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer>
  /** Gives the exit code; null: the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>
  rows(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  remove(): Promise<void>
}

export const probedArms = ['1', '2', '3', '4'] as const

/** An experiment that nobody but probes have events of. */
const probe = `experiments:
  - name: probe_price
    allocation: adaptive
    variants: [${probedArms.map((arm) => `{ name: ${arm}, price: ${arm} }`).join(', ')}]
`

export const everything = 'bench-key-0123456789'

export async function serveFlagship(options: FlagshipOptions): Promise<ServedFlagship> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bandits-'))
  await copyFlagship(folder, (path) => isOfPart(['bandits'], path))
  await shorten(join(folder, 'seeds', 'open_bandit_events.csv'), options.openBanditRows)
  await writeSettings(folder, options)
  await writeFile(join(folder, 'models', 'probe.yml'), probe)
  const postgres = options.target === 'postgres' ? await ownPostgres() : undefined
  const target = options.target === 'duckdb' ? 'dev' : 'postgres'
  const env = { ...process.env, ...postgres?.env, ASSAY_TARGET: target, BENCH_KEY: everything }
  const select = ['--select', 'path:seeds/open_bandit*', 'path:models/*/bandits']
  for (const argv of [
    ['seed', '--quiet', '--select', 'exchange_rates'],
    ['build', '--quiet', ...select],
  ]) {
    const built = await invoke(argv, { cwd: folder, env })
    if (built.exitCode !== 0) throw new Error(built.stdout + built.stderr)
  }
  const agent = new Agent({ keepAlive: true, maxSockets: options.clients + 8 })
  let server: ChildProcess | undefined
  let address = ''
  let said = ''
  return {
    folder,
    address: () => address,
    said: () => said,
    start: async () => {
      const binary = join(import.meta.dirname, '..', '..', 'bin', 'assay.js')
      server = spawn(process.execPath, [binary, 'serve', '--port', '0'], {
        cwd: folder,
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      address = await saidAddress(server, (text) => {
        said += text
      })
    },
    ask: (method, path, body) => ask(agent, { method, url: address + path, body }),
    end: async (signal) => {
      if (server === undefined) return null
      const ended = once(server, 'exit')
      server.kill(signal)
      const [code] = await ended
      return typeof code === 'number' ? code : null
    },
    rows: async (sql) => {
      const argv = ['show', '--inline', sql, '--output', 'json', '--limit', '-1']
      const shown = await invoke(argv, { cwd: folder, env })
      if (shown.exitCode !== 0) throw new Error(shown.stderr)
      const found: { readonly show: readonly Readonly<Record<string, unknown>>[] } = JSON.parse(
        shown.stdout,
      )
      return found.show
    },
    remove: async () => {
      agent.destroy()
      await postgres?.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function shorten(path: string, rows: number): Promise<void> {
  const lines = (await readFile(path, 'utf8')).split('\n')
  await writeFile(path, `${lines.slice(0, rows + 1).join('\n')}\n`)
}

/** The flagship's own, but for who may come and how often. */
async function writeSettings(folder: string, { serve }: FlagshipOptions): Promise<void> {
  const path = join(folder, 'assay.yml')
  const text = await readFile(path, 'utf8')
  const head = text.slice(0, text.indexOf('\nserve:\n'))
  await writeFile(
    path,
    `${head}
serve:
  rate_limit: { requests: 1000000 }
  keys: [{ name: bench, key: "{{env 'BENCH_KEY' ''}}", scopes: [read, events, select, build, admin] }]
  bandits: { selections: bandits.price_selections, actions: bandits.bandit_actions }
${serve}
`,
  )
}

async function saidAddress(server: ChildProcess, hear: (text: string) => void): Promise<string> {
  return await new Promise((resolve, reject) => {
    let told = ''
    server.stdout?.on('data', (piece) => {
      told += String(piece)
      hear(String(piece))
      const address = /http:\/\/[\w.]+:\d+/.exec(told)?.[0]
      if (address !== undefined) resolve(address)
    })
    server.once('exit', () => reject(new Error(`the server did not begin: ${told}`)))
  })
}

interface Asked {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly body: unknown
}

/** Rejects when the server is gone. */
function ask(agent: Agent, { method, url, body }: Asked): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const headers =
    text === undefined
      ? { 'x-api-key': everything }
      : {
          'x-api-key': everything,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        }
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent, headers }, (reply) => {
      let answer = ''
      reply.on('data', (piece) => {
        answer += String(piece)
      })
      reply.on('error', reject)
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, text: answer }))
    })
    sent.on('error', reject)
    sent.end(text)
  })
}

/** Left out where the environment names a server. */
async function ownPostgres() {
  if (process.env['PGHOST'] !== undefined) return undefined
  const started = await startPostgres()
  const { host, port, user, password } = started.facts
  return {
    env: { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password },
    stop: () => started.stop(),
  }
}
