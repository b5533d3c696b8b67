/** How many rows and how many ids a source of the shop has. */
import type { TestProject } from '../support/test-project.ts'

export async function countOf(made: TestProject, table: string): Promise<unknown> {
  const sql = `select count(*) as n, count(distinct id) as ids from {{source "shop" "${table}"}}`
  const shown = await made.assay('show', '--inline', sql, '--output', 'json')
  const parsed: { readonly show: readonly unknown[] } = JSON.parse(shown.stdout)
  return parsed.show
}
