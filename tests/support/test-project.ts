/** A project folder of a test's own, with a target for each database, and the commands run in it. */
import { randomUUID } from 'node:crypto'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { inject } from 'vitest'
import type { Target } from '../../src/core/target.ts'
import type { TestAdapter } from './adapters.ts'
import { type Ran, runAssay } from './run-assay.ts'

export interface TestProject {
  readonly folder: string
  readonly target: Target
  readonly env: Readonly<Record<string, string>>
  /** `undefined` removes the file. */
  write(files: Readonly<Record<string, string | undefined>>): Promise<void>
  assay(...argv: readonly string[]): Promise<Ran>
  /** Every command from now on is given this moment. */
  setClock(moment: string): void
}

/** What every test's assay.yml can hold: one target a database, reached by the environment. */
export const testTargets = `targets:
  duckdb: { type: duckdb, path: target/test.duckdb, threads: 2 }
  postgres:
    type: postgres
    host: "{{env 'PGHOST' 'localhost'}}"
    port: "{{env 'PGPORT' '5432'}}"
    user: "{{env 'PGUSER' 'postgres'}}"
    password: "{{env 'PGPASSWORD' ''}}"
    database: "{{env 'PGDATABASE' 'postgres'}}"
    threads: 2
`

export async function createTestProject(
  adapter: TestAdapter,
  from: { readonly folder?: string; readonly files?: Readonly<Record<string, string>> },
): Promise<TestProject> {
  const folder = join(inject('workFolder'), `project-${randomUUID()}`)
  await mkdir(folder, { recursive: true })
  if (from.folder !== undefined) await cp(from.folder, folder, { recursive: true })
  const target = await adapter.createTarget()
  let moment: string | undefined
  const clock = () => (moment === undefined ? new Date() : new Date(moment))
  const project: TestProject = {
    folder,
    target,
    env: environmentOf(target),
    async write(files) {
      for (const [path, text] of Object.entries(files)) {
        const file = join(folder, path)
        if (text === undefined) {
          await rm(file, { force: true })
          continue
        }
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, text)
      }
    },
    assay: (...argv) => runAssay(argv, { cwd: folder, env: environmentOf(target), now: clock }),
    setClock(at) {
      moment = at
    },
  }
  await project.write(from.files ?? {})
  return project
}

function environmentOf(target: Target): Readonly<Record<string, string>> {
  const shared = {
    ASSAY_TARGET: target.type,
    HOME: process.env['HOME'] ?? '/',
    PATH: process.env['PATH'] ?? '',
  }
  if (target.type === 'duckdb') return shared
  return {
    ...shared,
    PGHOST: target.host,
    PGPORT: String(target.port),
    PGUSER: target.user,
    PGPASSWORD: target.password ?? '',
    PGDATABASE: target.database,
  }
}
