/** The shipped project in a folder of its own, built and asked with the real commands. */
import { cp, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Target } from '../../src/core/target.ts'
import type { TestAdapter } from '../support/adapters.ts'
import type { Ran } from '../support/run-assay.ts'
import { createTestProject } from '../support/test-project.ts'
import { type Row, readRows } from './rows.ts'

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

export interface Flagship {
  /** Replaces files, e.g. a seed. */
  write(files: Readonly<Record<string, string | undefined>>): Promise<void>
  readonly target: Target
  /** Absolute. */
  readonly folder: string
  assay(...argv: readonly string[]): Promise<Ran>
  rows(query: string): Promise<readonly Row[]>
}

/** One of its domains, so that a test of the one does not build the other; undefined: the whole of it. */
export type FlagshipPart = 'bandits' | 'growth'

export async function createFlagship(adapter: TestAdapter, part?: FlagshipPart): Promise<Flagship> {
  const project = await createTestProject(adapter, {})
  const folders = ['models', 'seeds', 'macros', 'analyses']
  for (const path of ['assay.yml', ...folders]) {
    await cp(join(repository, path), join(project.folder, path), {
      recursive: true,
      filter: (source) => isOf(part, source.slice(repository.length)),
    })
  }
  const tests = await readdir(join(repository, 'tests'))
  for (const file of tests.filter((name) => name.endsWith('.sql') && isOf(part, name))) {
    await cp(join(repository, 'tests', file), join(project.folder, 'tests', file))
  }
  const target = adapter.name === 'duckdb' ? 'dev' : 'postgres'
  const assay = (...argv: readonly string[]) =>
    project.assay(...argv, ...(argv.includes('--target') ? [] : ['--target', target]))
  return {
    target: project.target,
    folder: project.folder,
    assay,
    write: (files) => project.write(files),
    rows: async (query) =>
      readRows(await assay('show', '--inline', query, '--output', 'json', '--limit', '-1')),
  }
}

/** What a path is called says whose it is; macros that both use are in no folder of one. */
function isOf(part: FlagshipPart | undefined, path: string): boolean {
  if (part === undefined) return true
  if (/growth/.test(path)) return part === 'growth'
  return part === 'bandits' || !/bandit|_arm|prob_best|successes|aggregates|analyses\/./.test(path)
}
