/** How Postgres writes SQL. */
import { type SeedType, standardDialect } from '../../core/dialect.ts'

const seedTypes = {
  integer: 'integer',
  bigint: 'bigint',
  double: 'double precision',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamp with time zone',
  text: 'text',
} as const satisfies Record<SeedType, string>

export const postgresDialect = standardDialect({
  name: 'postgres',
  // Postgres cuts longer names in silence.
  maxIdentifierBytes: 63,
  supportsViewsBoundByName: false,
  seedType: (type) => seedTypes[type],
})
