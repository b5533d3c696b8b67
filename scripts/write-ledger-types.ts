/** `npx tsx scripts/write-ledger-types.ts`: the types of the ledger's tables for kysely, from a ledger that is made for it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDuckdbAdapter } from '../src/adapters/duckdb/adapter.ts'
import { textCell } from '../src/core/adapter.ts'
import { noExtras } from '../src/core/target.ts'
import { migrateLedger } from '../src/ledger/schema/migrate-ledger.ts'
import { repository } from './reference/markdown.ts'

export const ledgerTypesPath = 'src/serve/database/ledger-types.ts'

const head = `/** The tables of the ledger as kysely knows them: written by scripts/write-ledger-types.ts, change that. */
`

export async function ledgerTypes(): Promise<string> {
  const adapter = createDuckdbAdapter({
    type: 'duckdb',
    name: 'types',
    schema: 'main',
    path: ':memory:',
    threads: 1,
    timezone: 'UTC',
    isAtomic: false,
    leaseTimeoutMs: 60_000,
    extras: noExtras,
  })
  try {
    await migrateLedger(adapter)
    const rows = await adapter.session({}, (session) =>
      session.query(`select table_name, column_name, data_type, is_nullable
from information_schema.columns
where table_schema = '_assay'
order by table_name, ordinal_position`),
    )
    const tables = new Map<string, string[]>()
    for (const row of rows) {
      const columns = tables.get(textCell(row, 'table_name')) ?? []
      const isNullable = textCell(row, 'is_nullable') === 'YES'
      const type = typeOf(textCell(row, 'data_type')) + (isNullable ? ' | null' : '')
      columns.push(`    readonly ${textCell(row, 'column_name')}: ${type}\n`)
      tables.set(textCell(row, 'table_name'), columns)
    }
    const entries = [...tables].map(
      ([table, columns]) => `  readonly '_assay.${table}': {\n${columns.join('')}  }\n`,
    )
    return `${head}export interface LedgerTables {\n${entries.join('')}}\n`
  } finally {
    await adapter.close()
  }
}

/** As rows carry them: wide integers and moments are text. */
function typeOf(dataType: string): string {
  if (dataType === 'INTEGER') return 'number'
  if (dataType === 'BIGINT') return 'number | string'
  if (dataType === 'BOOLEAN') return 'boolean'
  return dataType === 'DOUBLE' ? 'number' : 'string'
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(repository, ledgerTypesPath), await ledgerTypes())
  process.stdout.write(`types: ${ledgerTypesPath} written\n`)
}
