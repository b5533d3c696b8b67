/** How DuckDB writes SQL. */
import { type SeedType, standardDialect } from '../../core/dialect.ts'
import { listTextIn } from '../../core/list-text.ts'

const seedTypes = {
  integer: 'integer',
  bigint: 'bigint',
  double: 'double',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamp with time zone',
  text: 'varchar',
} as const satisfies Record<SeedType, string>

export const duckdbDialect = standardDialect({
  name: 'duckdb',
  maxIdentifierBytes: undefined,
  supportsViewsBoundByName: true,
  hasCaseSensitiveNames: false,
  plainNumeric: 'decimal(18, 3)',
  listText: listTextIn({ opening: '[', closing: ']', quotesJson: false }),
  seedType: (type) => seedTypes[type],
  // It has no lengths.
  widerText: () => undefined,
  // It knows the names of others itself.
  typeAlias: (type) => type,
  hasNamedConstraints: false,
  hasForeignKeys: false,
  hasRoles: false,
  writesParquet: true,
})
