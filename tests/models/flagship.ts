/** The shipped project in a folder of its own, built and asked with the real commands. */
import type { Target } from '../../src/core/target.ts'
import type { TestAdapter } from '../support/adapters.ts'
import { copyFlagship, type FlagshipPart, isOfPart } from '../support/copy-flagship.ts'
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

export async function createFlagship(
  adapter: TestAdapter,
  ...wanted: readonly FlagshipPart[]
): Promise<Flagship> {
  const project = await createTestProject(adapter, {})
  await copyFlagship(project.folder, (path) => isOfPart(wanted, path))
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
