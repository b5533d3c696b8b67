/** A project with nothing in it, to ask the library's macros in. */
import type { TestAdapter } from '../support/adapters.ts'
import type { Ran } from '../support/run-assay.ts'
import { createTestProject, testTargets } from '../support/test-project.ts'
import { type Row, readRows } from './rows.ts'

export interface Library {
  rows(query: string): Promise<readonly Row[]>
  show(query: string): Promise<Ran>
}

export async function createLibrary(adapter: TestAdapter): Promise<Library> {
  const project = await createTestProject(adapter, {
    files: { 'assay.yml': `name: library\n${testTargets}` },
  })
  const show = (query: string) =>
    project.assay('show', '--inline', query, '--output', 'json', '--limit', '-1')
  return { show, rows: async (query) => readRows(await show(query)) }
}

/** A parenthesised query of literal rows, usable as a macro's `rel`. */
export function valuesOf(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const values = rows.map((row) => `(${row.join(', ')})`).join(', ')
  return `(select * from (values ${values}) as given(${columns.join(', ')}))`
}
