/** The shipped project in a folder of its own, built and asked with the real commands. */
import type { Target } from '../../src/core/target.ts'
import type { TestAdapter } from '../support/adapters.ts'
import { copyFlagship } from '../support/copy-flagship.ts'
import type { Ran } from '../support/run-assay.ts'
import { createTestProject } from '../support/test-project.ts'
import { type Row, readRows } from './rows.ts'

export interface Flagship {
  /** Replaces files, e.g. a seed. */
  write(files: Readonly<Record<string, string | undefined>>): Promise<void>
  readonly target: Target
  /** Absolute. */
  readonly folder: string
  /** Of its processes. */
  readonly env: Readonly<Record<string, string>>
  assay(...argv: readonly string[]): Promise<Ran>
  rows(query: string): Promise<readonly Row[]>
}

/** Its domains, so that a test of the one does not build the other; none: the whole of it. */
export type FlagshipPart = 'bandits' | 'experiments' | 'growth'

export async function createFlagship(
  adapter: TestAdapter,
  ...wanted: readonly FlagshipPart[]
): Promise<Flagship> {
  const project = await createTestProject(adapter, {})
  await copyFlagship(project.folder, (path) => isOf(wanted, path))
  const target = adapter.name === 'duckdb' ? 'dev' : 'postgres'
  const assay = (...argv: readonly string[]) =>
    project.assay(...argv, ...(argv.includes('--target') ? [] : ['--target', target]))
  return {
    target: project.target,
    folder: project.folder,
    env: project.env,
    assay,
    write: (files) => project.write(files),
    rows: async (query) =>
      readRows(await assay('show', '--inline', query, '--output', 'json', '--limit', '-1')),
  }
}

/** What a path is called says whose it is; macros that several use are in no folder of one. */
function isOf(wanted: readonly FlagshipPart[], path: string): boolean {
  if (wanted.length === 0) return true
  const owner = owners.find(({ names }) => names.test(path))
  return owner === undefined || wanted.includes(owner.part)
}

const owners: readonly { readonly part: FlagshipPart; readonly names: RegExp }[] = [
  { part: 'growth', names: /growth/ },
  { part: 'experiments', names: /experiments?\/|experiment_|configured_events/ },
  {
    part: 'bandits',
    names: /bandit|price_event|_arm|prob_best|propensit|successes|aggregates|analyses\/./,
  },
]
