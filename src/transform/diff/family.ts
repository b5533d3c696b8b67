/** The type of a column, as DuckDB or Postgres spells it, to the family of types whose values can be compared. */

export type Family =
  | 'integer'
  | 'decimal'
  | 'double'
  | 'boolean'
  | 'text'
  | 'date'
  | 'timestamp'
  | 'timestamptz'
  | 'time'
  | 'interval'
  | 'uuid'
  | 'bytes'
  | 'json'
  | 'list'
  | 'struct'
  /** A type that only one database has: known by its own name. */
  | `other ${string}`

/** Integers wider than 64 bits are decimals: what DuckDB sums up to HUGEINT, Postgres sums up to numeric. */
const families: ReadonlyMap<string, Family> = new Map([
  ...named('integer', 'tinyint smallint integer bigint utinyint usmallint uinteger ubigint'),
  ...named('decimal', 'decimal numeric hugeint uhugeint bignum'),
  ...named('double', 'double, double precision, real, float', ', '),
  ...named('boolean', 'boolean'),
  ...named('text', 'varchar, text, character varying, character, name, citext, enum', ', '),
  ...named('date', 'date'),
  ...named('timestamp', 'timestamp, timestamp without time zone', ', '),
  ...named('timestamp', 'timestamp_s timestamp_ms timestamp_ns'),
  ...named('timestamptz', 'timestamp with time zone, timestamptz', ', '),
  ...named('time', 'time, time without time zone', ', '),
  ...named('interval', 'interval'),
  ...named('uuid', 'uuid'),
  ...named('bytes', 'blob bytea'),
  ...named('json', 'json jsonb'),
  ...named('struct', 'struct map union'),
])

function named(family: Family, names: string, separator = ' '): (readonly [string, Family])[] {
  return names.split(separator).map((name) => [name, family])
}

export function familyOf(dataType: string): Family {
  const spelled = dataType.toLowerCase()
  if (/\[\d*\]$/.test(spelled)) return 'list'
  const bare = spelled
    .replace(/\(.*\)/s, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return families.get(bare) ?? `other ${bare}`
}

export function isNumeric(family: Family): boolean {
  return family === 'integer' || family === 'decimal' || family === 'double'
}

/** Values that are compared as JSON. */
export function isJsonLike(family: Family): boolean {
  return family === 'json' || family === 'list' || family === 'struct'
}
