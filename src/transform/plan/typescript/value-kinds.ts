/** Types of columns to the kinds of values that a generator may write into them. */

export type ValueKind =
  | { readonly kind: 'integer'; readonly low: bigint; readonly high: bigint }
  | { readonly kind: 'decimal' | 'double' | 'boolean' | 'text' | 'json' | 'bytes' | 'uuid' }
  | { readonly kind: 'date' | 'time' | 'timestamp' | 'timestamptz' }
  | { readonly kind: 'list'; readonly item: ValueKind }
  /** Of a database's own: what its text form is is the database's affair. */
  | { readonly kind: 'other' }

function signed(bits: bigint): ValueKind {
  return { kind: 'integer', low: -(2n ** (bits - 1n)), high: 2n ** (bits - 1n) - 1n }
}

function unsigned(bits: bigint): ValueKind {
  return { kind: 'integer', low: 0n, high: 2n ** bits - 1n }
}

const kinds: ReadonlyMap<string, ValueKind> = new Map<string, ValueKind>([
  ...['tinyint', 'int1'].map((name) => [name, signed(8n)] as const),
  ...['smallint', 'int2', 'short'].map((name) => [name, signed(16n)] as const),
  ...['integer', 'int', 'int4', 'signed'].map((name) => [name, signed(32n)] as const),
  ...['bigint', 'int8', 'long'].map((name) => [name, signed(64n)] as const),
  ...['hugeint', 'int128'].map((name) => [name, signed(128n)] as const),
  ['utinyint', unsigned(8n)],
  ['usmallint', unsigned(16n)],
  ['uinteger', unsigned(32n)],
  ['ubigint', unsigned(64n)],
  ['uhugeint', unsigned(128n)],
  ...['decimal', 'numeric', 'dec'].map((name) => [name, { kind: 'decimal' }] as const),
  ...['double', 'double precision', 'float', 'float8', 'float4', 'real'].map(
    (name) => [name, { kind: 'double' }] as const,
  ),
  ...['boolean', 'bool', 'logical'].map((name) => [name, { kind: 'boolean' }] as const),
  ...['text', 'varchar', 'string', 'char', 'character', 'character varying', 'bpchar', 'name'].map(
    (name) => [name, { kind: 'text' }] as const,
  ),
  ...['json', 'jsonb'].map((name) => [name, { kind: 'json' }] as const),
  ...['bytea', 'blob', 'binary', 'varbinary'].map((name) => [name, { kind: 'bytes' }] as const),
  ['uuid', { kind: 'uuid' }],
  ['date', { kind: 'date' }],
  ...['time', 'time without time zone'].map((name) => [name, { kind: 'time' }] as const),
  ...['timestamp', 'datetime', 'timestamp without time zone'].map(
    (name) => [name, { kind: 'timestamp' }] as const,
  ),
  ...['timestamptz', 'timestamp with time zone'].map(
    (name) => [name, { kind: 'timestamptz' }] as const,
  ),
])

/** Precision and length are left to the database. */
export function valueKind(dataType: string): ValueKind {
  const text = dataType.trim().toLowerCase().replaceAll(/\s+/g, ' ')
  const list = /^(.*)\[\d*\]$/.exec(text)?.[1]
  if (list !== undefined) return { kind: 'list', item: valueKind(list) }
  const plain = text.replace(/\s*\([^)]*\)/, '').trim()
  return kinds.get(plain) ?? { kind: 'other' }
}
