/** Where a name stands: in tables and views, and in the files of a project. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect } from 'vitest'
import type { Flagship } from './flagship.ts'

/** Tables and views with a row that holds it anywhere, of more than `fewest` that are looked at. */
export async function relationsWith(
  flagship: Flagship,
  name: string,
  fewest: number,
): Promise<readonly string[]> {
  const listed = await flagship.rows(
    `select table_schema || '.' || table_name as name from information_schema.tables
     where table_schema in ('raw', 'staging', 'silver', 'gold', '_assay') order by 1`,
  )
  const relations = listed.map((row) => String(row['name']))
  expect(relations.length).toBeGreaterThan(fewest)
  const queries = relations.map(
    (relation) => `select '${relation}' as name, count(*) as n_rows from ${relation} as searched
      where cast(searched as varchar) like '%${name}%'`,
  )
  const counted = await flagship.rows(queries.join('\nunion all\n'))
  return counted.filter((row) => Number(row['n_rows']) > 0).map((row) => String(row['name']))
}

/** Relative paths, sorted; databases are not looked into. */
export function filesWith({ folder }: Flagship, name: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.duckdb'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path, 'utf8').includes(name))
    .map((path) => relative(folder, path))
    .toSorted()
}
