/** A Postgres server of the harness's own that keeps what it has committed, and can be stopped and started in mid-run. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startCluster } from '../../support/servers.ts'
import type { ServerControl } from './engine.ts'
import type { ServerFacts } from './postgres.ts'

export interface PostgresServer extends ServerControl {
  readonly facts: ServerFacts
  stop(): Promise<void>
}

const settings = [
  'fsync=on',
  'synchronous_commit=on',
  'max_connections=100',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'deadlock_timeout=200ms',
]

/** The folder of the data must not exist yet, or be empty. */
export async function startPostgresServer(databaseDir: string): Promise<PostgresServer> {
  const { facts, server } = await startCluster({ databaseDir, flags: settings, persistent: true })
  return {
    facts,
    halt: (mode) => halt(databaseDir, mode),
    start: () => server.start(),
    stop: async () => {
      if (existsSync(join(databaseDir, 'postmaster.pid'))) await halt(databaseDir, 'immediate')
      rmSync(databaseDir, { recursive: true, force: true })
    },
  }
}

async function halt(databaseDir: string, mode: 'fast' | 'immediate'): Promise<void> {
  const [line = ''] = readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n')
  const pid = Number(line)
  process.kill(pid, mode === 'fast' ? 'SIGINT' : 'SIGQUIT')
  while (isRunning(pid)) await delay(10)
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
