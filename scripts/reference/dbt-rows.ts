/** docs/dbt-rows.yml to its page: what is different, left out or comes later, each with its reason; the rest has tests. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { WrittenRow } from '../dbt-rows/row-states.ts'
import { markdownTable, pageHead, repository } from './markdown.ts'

export function dbtRowsPage(): string {
  const rows: Readonly<Record<string, WrittenRow>> = parse(
    readFileSync(join(repository, 'docs', 'dbt-rows.yml'), 'utf8'),
  )
  const all = Object.entries(rows)
  const tableOf = (status: WrittenRow['status']) =>
    markdownTable(
      ['row', 'what dbt has', 'weight', 'here'],
      all
        .filter(([, row]) => row.status === status)
        .map(([id, { feature, weight, why = '' }]) => [id, feature, weight, why]),
    )
  const shown = all.filter(([, row]) => row.status === undefined).length
  return `${pageHead('dbt, row by row', 'docs/dbt-rows.yml')}
What people who know dbt expect is listed in ${all.length} rows. ${shown} of them behave as in dbt, or better as
[differences from dbt](../differences-from-dbt.md) says, and a test names each in its title: \`npm run coverage:dbt\`
prints which. The others are here. Weights: must is missed in the first week, should is common on real projects.

## Different on purpose

${tableOf('different')}

## Left out

${tableOf('left-out')}

## Later

${tableOf('later')}
`
}
