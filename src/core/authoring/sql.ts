/** SQL text that is put together safely: values become literals, names are quoted, and only SQL goes in as it is. */

/** Prints as its text. Made by `sql`, `identifier`, `literal` and `raw`. */
export interface Sql {
  readonly kind: 'sql'
  readonly text: string
  toString(): string
}

/** A table or view as macros and models are given it: prints as its quoted name. */
export interface SqlRelation {
  readonly kind: 'relation'
  readonly schema: string
  readonly identifier: string
  readonly text: string
  toString(): string
}

export type SqlInput =
  | Sql
  | SqlRelation
  | string
  | number
  | bigint
  | boolean
  | null
  | Date
  | readonly SqlInput[]

/** `` sql`coalesce(${identifier(name)}, ${'none'})` ``: text becomes a literal, a list its items with commas between. */
export function sql(parts: TemplateStringsArray, ...values: readonly SqlInput[]): Sql {
  const rest = parts.slice(1)
  return raw([parts[0] ?? '', ...rest.map((text, index) => toSql(values[index]) + text)].join(''))
}

/** A name in double quotes; several are a path: `identifier("a", "b")` is `"a"."b"`. */
export function identifier(...names: readonly string[]): Sql {
  return raw(names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.'))
}

export function literal(value: string | number | bigint | boolean | null | Date): Sql {
  return raw(toSql(value))
}

/** Goes in as it is: for SQL that was written by hand. */
export function raw(text: string): Sql {
  return { kind: 'sql', text, toString: () => text }
}

/** `joined([sql`a`, sql`b`], " or ")`. */
export function joined(items: readonly SqlInput[], separator: string): Sql {
  return raw(items.map(toSql).join(separator))
}

function toSql(value: SqlInput | undefined): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return numberText(value)
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (typeof value === 'object') return fromObject(value)
  throw new TypeError(`expected a value to put into SQL, found ${typeof value}`)
}

function fromObject(value: Exclude<SqlInput, string | number | bigint | boolean | null>): string {
  if (isList(value)) return value.map(toSql).join(', ')
  if (value instanceof Date) return `timestamp ${quoted(dateText(value))}`
  if (value.kind === 'sql' || value.kind === 'relation') return value.text
  throw new TypeError('expected text, a number, a boolean, a date, SQL or a list of these')
}

function isList(value: unknown): value is readonly SqlInput[] {
  return Array.isArray(value)
}

function quoted(text: string): string {
  if (text.includes('\u0000')) throw new TypeError('expected text without the NUL character')
  return `'${text.replaceAll("'", "''")}'`
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return value < 0 ? `(${value})` : String(value)
  throw new TypeError(`expected a finite number to put into SQL, found ${value}`)
}

/** In UTC. */
function dateText(date: Date): string {
  return date.toISOString().replace('T', ' ').replace('Z', '')
}
