/** Functions of DuckDB and Postgres that give something else each time they are asked, and where SQL uses them. */
import { type SqlToken, tokenizeSql } from './tokenize.ts'

/** `outside`: reads files or another database, which change without a word. */
export type Volatility = 'clock' | 'random' | 'sequence' | 'session' | 'outside'

export interface VolatileFunction {
  /** Lower case. */
  readonly name: string
  readonly volatility: Volatility
  /** `keyword`: also without parentheses behind it. */
  readonly form: 'keyword' | 'call'
  /** Only a call with so many arguments is meant: `age(x)`, not `age(x, y)`. undefined: whatever the count. */
  readonly arguments: number | undefined
}

/** One use in an SQL text; its tokens carry the positions. */
export interface VolatileUse {
  readonly function: VolatileFunction
  /** The name, or the qualifier before it: `pg_catalog` of `pg_catalog.now()`. */
  readonly first: SqlToken
  readonly name: SqlToken
  /** undefined: a keyword without parentheses. */
  readonly parentheses: undefined | { readonly open: SqlToken; readonly close: SqlToken }
}

const groups: readonly (readonly [Volatility, VolatileFunction['form'], string, number?])[] = [
  ['clock', 'keyword', 'current_timestamp current_date current_time localtime localtimestamp'],
  ['clock', 'call', 'now transaction_timestamp statement_timestamp clock_timestamp timeofday', 0],
  ['clock', 'call', 'today get_current_timestamp get_current_time', 0],
  ['clock', 'call', 'current_localtime current_localtimestamp', 0],
  ['clock', 'call', 'age ago', 1],
  ['random', 'call', 'random random_normal setseed gen_random_uuid gen_random_bytes'],
  ['random', 'call', 'uuid', 0],
  ['random', 'call', 'uuidv4 uuidv7 uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4'],
  ['random', 'call', 'array_sample array_shuffle'],
  ['sequence', 'call', 'nextval currval lastval setval'],
  ['session', 'call', 'txid_current txid_current_if_assigned txid_current_snapshot'],
  ['session', 'call', 'pg_current_xact_id pg_current_xact_id_if_assigned pg_current_snapshot'],
  ['session', 'call', 'pg_backend_pid current_connection_id current_transaction_id'],
  ['session', 'call', 'current_query current_query_id'],
  [
    'outside',
    'call',
    'read_csv read_csv_auto sniff_csv read_parquet parquet_scan read_text read_blob',
  ],
  ['outside', 'call', 'read_json read_json_auto read_json_objects read_json_objects_auto'],
  ['outside', 'call', 'read_ndjson read_ndjson_auto read_ndjson_objects read_xlsx'],
  ['outside', 'call', 'iceberg_scan delta_scan sqlite_scan postgres_scan postgres_query'],
  ['outside', 'call', 'postgres_scan_pushdown mysql_scan mysql_query'],
  ['outside', 'call', 'dblink pg_read_file pg_read_binary_file pg_ls_dir'],
]

const volatileFunctions: ReadonlyMap<string, VolatileFunction> = new Map(
  groups.flatMap(([volatility, form, names, count]) =>
    names.split(' ').map((name) => [name, { name, volatility, form, arguments: count }] as const),
  ),
)

/** In order of their places; strings and comments do not count. */
export function findVolatileUses(sql: string): readonly VolatileUse[] {
  const tokens = tokenizeSql(sql).filter((token) => token.kind !== 'comment')
  return tokens.flatMap((_, index) => {
    const use = useAt(tokens, index)
    return use === undefined ? [] : [use]
  })
}

function useAt(tokens: readonly SqlToken[], index: number): VolatileUse | undefined {
  const name = tokens[index]
  const known = name && volatileFunctions.get(nameOf(name))
  if (name === undefined || known === undefined) return undefined
  const previous = tokens[index - 1]?.text.toLowerCase()
  const first = previous === '.' ? builtInQualifier(tokens, index) : name
  // `x.now()` is another function, `t.current_date` a column, and a name behind `as` is only given.
  if (first === undefined || previous === 'as') return undefined
  const next = tokens[index + 1]
  if (next?.text !== '(') {
    const isAlone = known.form === 'keyword' && next?.text !== '.' && first === name
    return isAlone ? { function: known, first, name, parentheses: undefined } : undefined
  }
  const call = callAt(tokens, index + 1)
  if (call === undefined) return undefined
  if (known.arguments !== undefined && known.arguments !== call.arguments) return undefined
  return { function: known, first, name, parentheses: { open: next, close: call.close } }
}

/** A name in quotes may be a built-in function too. */
function nameOf(token: SqlToken): string {
  if (token.kind === 'word') return token.text.toLowerCase()
  return token.kind === 'quoted-name' ? token.text.slice(1, -1).toLowerCase() : ''
}

const builtInSchemas = ['pg_catalog', 'main', 'system']

/** The first token of `pg_catalog.` or `system.main.` before a name; undefined: the name is somebody's own. */
function builtInQualifier(tokens: readonly SqlToken[], index: number): SqlToken | undefined {
  const schema = tokens[index - 2]
  if (schema === undefined || !builtInSchemas.includes(nameOf(schema))) return undefined
  return tokens[index - 3]?.text === '.' ? builtInQualifier(tokens, index - 2) : schema
}

/** undefined: the parenthesis is never closed. */
function callAt(
  tokens: readonly SqlToken[],
  open: number,
): { readonly close: SqlToken; readonly arguments: number } | undefined {
  let depth = 0
  let commas = 0
  for (let index = open; index < tokens.length; index += 1) {
    const token = tokens[index]
    if (token === undefined) return undefined
    if ('([{'.includes(token.text)) depth += 1
    if (')]}'.includes(token.text)) depth -= 1
    if (depth === 1 && token.text === ',') commas += 1
    if (depth === 0) return { close: token, arguments: index === open + 1 ? 0 : commas + 1 }
  }
  return undefined
}
