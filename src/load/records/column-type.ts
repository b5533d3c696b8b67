/** The declared type of a column, in anybody's spelling, to what its values are checked by. */

export type ColumnType =
  | {
      readonly kind: 'integer'
      readonly name: string
      readonly min: bigint
      readonly max: bigint
    }
  | {
      readonly kind: 'decimal'
      /** undefined: what the database takes. */
      readonly precision: number | undefined
      readonly scale: number | undefined
    }
  | { readonly kind: 'double'; readonly limit: number }
  | {
      readonly kind: 'text'
      /** In characters; undefined: any. */
      readonly length: number | undefined
    }
  | { readonly kind: 'boolean' | 'date' | 'timestamp' | 'timestamptz' | 'json' | 'uuid' }
  | {
      readonly kind: 'list'
      readonly of: ColumnType
      /** undefined: any. */
      readonly length: number | undefined
    }
  /** Only the database can judge. */
  | { readonly kind: 'other' }

const bits: ReadonlyMap<string, number> = new Map([
  ['tinyint', 8],
  ['int1', 8],
  ['smallint', 16],
  ['int2', 16],
  ['short', 16],
  ['integer', 32],
  ['int', 32],
  ['int4', 32],
  ['signed', 32],
  ['bigint', 64],
  ['int8', 64],
  ['long', 64],
  ['hugeint', 128],
])

const singleMax = 3.4028234663852886e38

const plainKinds: ReadonlyMap<string, ColumnType> = new Map<string, ColumnType>([
  ...['real', 'float4'].map((name) => [name, { kind: 'double', limit: singleMax }] as const),
  // Single in DuckDB, double in Postgres: what fits both.
  ['float', { kind: 'double', limit: singleMax }],
  ...['double', 'double precision', 'float8'].map(
    (name) => [name, { kind: 'double', limit: Number.MAX_VALUE }] as const,
  ),
  ...['boolean', 'bool', 'logical'].map((name) => [name, { kind: 'boolean' }] as const),
  ['date', { kind: 'date' }],
  ...['timestamp', 'timestamp without time zone', 'datetime'].map(
    (name) => [name, { kind: 'timestamp' }] as const,
  ),
  ...['timestamptz', 'timestamp with time zone'].map(
    (name) => [name, { kind: 'timestamptz' }] as const,
  ),
  ['uuid', { kind: 'uuid' }],
  ...['json', 'jsonb'].map((name) => [name, { kind: 'json' }] as const),
])

const textNames = new Set([
  'text',
  'string',
  'varchar',
  'character varying',
  'char',
  'character',
  'bpchar',
])

export function columnType(dataType: string): ColumnType {
  const text = dataType.trim().toLowerCase().replaceAll(/\s+/g, ' ')
  const list = /^(.+?) ?\[ ?(\d*) ?\]$/.exec(text)
  if (list?.[1] !== undefined) {
    return { kind: 'list', of: columnType(list[1]), length: list[2] ? Number(list[2]) : undefined }
  }
  const [, name = text, first, second, rest = ''] =
    /^([a-z0-9_ ]+?) ?(?:\( ?(\d+) ?(?:, ?(\d+) ?)?\))?((?: with(?:out)? time zone)?)$/.exec(
      text,
    ) ?? []
  const whole = `${name}${rest}`
  const width = bits.get(whole)
  if (width !== undefined && first === undefined) {
    const half = 2n ** BigInt(width - 1)
    return { kind: 'integer', name: whole, min: -half, max: half - 1n }
  }
  if (name === 'numeric' || name === 'decimal' || name === 'dec') {
    const precision = first === undefined ? undefined : Number(first)
    const scale = precision === undefined ? undefined : Number(second ?? 0)
    return { kind: 'decimal', precision, scale }
  }
  if (textNames.has(whole)) {
    const isFixed = first === undefined && ['char', 'character'].includes(whole)
    return { kind: 'text', length: first === undefined ? (isFixed ? 1 : undefined) : Number(first) }
  }
  return plainKinds.get(whole) ?? { kind: 'other' }
}
