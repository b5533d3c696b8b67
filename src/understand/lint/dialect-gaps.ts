/** What the databases read differently, or what one of them lacks, as far as the SQL text alone shows it. */
import type { AdapterName } from '../../core/target.ts'
import { integerDivisionAt } from './integer-division.ts'
import { hasWords, isSymbol, type SqlView } from './sql-view.ts'

export interface DialectGap {
  /** The last token of what begins at `index`; undefined: it does not begin there. */
  readonly at: (view: SqlView, index: number) => number | undefined
  /** The only word, in lower case, that it can begin with; left out: any token may. */
  readonly word?: string
  /** What the databases make of it. */
  readonly differs: string
  readonly hint: string
}

/** Functions that one database has and the other has not, with what to write instead. */
const functionsOfOne: Readonly<Record<AdapterName, Readonly<Record<string, string>>>> = {
  duckdb: {
    list: 'write array_agg(x)',
    len: 'write length(x)',
    ifnull: 'write coalesce(x, y)',
    try_cast: 'use {{safe_cast x "type"}}',
    strftime: 'write a macro with a variant for each database',
    strptime: 'use {{safe_cast x "timestamp"}}',
    date_diff: 'use {{datediff from to "day"}}',
    datediff: 'use {{datediff from to "day"}}',
    date_add: 'use {{dateadd "day" 1 from}}',
    epoch_ms: 'write extract(epoch from x)',
    dayofweek: 'write extract(dow from x)',
    median: 'use {{percentile "x" 0.5}}',
    quantile_cont: 'use {{percentile "x" 0.5}}',
    arg_max: 'use {{deduplicate relation partition_by order_by}}',
    arg_min: 'use {{deduplicate relation partition_by order_by}}',
    max_by: 'use {{deduplicate relation partition_by order_by}}',
    min_by: 'use {{deduplicate relation partition_by order_by}}',
    count_if: 'write count(*) filter (where x)',
    contains: "write position('b' in x) > 0",
    regexp_extract: 'write a macro with a variant for each database',
    json_extract_string: 'use {{json_field "x" "path"}}',
    approx_count_distinct: 'write count(distinct x)',
    struct_pack: 'write a macro with a variant for each database',
  },
  postgres: {
    to_char: 'write a macro with a variant for each database',
    to_number: 'use {{safe_cast x "numeric(28,6)"}}',
    width_bucket: 'use {{width_bucket "x" min max n}}',
    make_interval: 'use {{dateadd "day" n from}}',
    jsonb_build_object: 'write json_object(..), or a macro with a variant for each database',
    json_build_object: 'write a macro with a variant for each database',
    jsonb_agg: 'write a macro with a variant for each database',
    json_agg: 'write a macro with a variant for each database',
    regexp_match: 'write a macro with a variant for each database',
    justify_days: 'write a macro with a variant for each database',
  },
}

const engines = { duckdb: 'DuckDB', postgres: 'Postgres' } as const

/** By the name under which docs/lint.md lists it. */
export const dialectGaps: Readonly<Record<string, DialectGap>> = {
  qualify: onlyDuckdb(qualifyAt, 'put the window into a subquery, or use {{deduplicate ..}}'),
  'group by all': onlyDuckdb(
    words('group by all'),
    'name the columns, or use {{group_by n}} for the first n',
  ),
  'order by all': onlyDuckdb(words('order by all'), 'name the columns'),
  'asof join': onlyDuckdb(
    (view, index) => wordsThen(view, index, 'asof', ['join', 'left', 'right', 'inner', 'full']),
    'join lateral, ordered and with limit 1',
  ),
  'positional join': onlyDuckdb(words('positional join'), 'join by a column'),
  'union by name': onlyDuckdb(
    (view, index) => words('union by name')(view, index) ?? words('union all by name')(view, index),
    'use {{union_relations ..}}',
  ),
  'star with exclude, replace or rename': onlyDuckdb(
    changedStarAt,
    'use {{star relation except=(list "x")}}',
  ),
  'comma before from': onlyDuckdb(
    (view, index) =>
      isSymbol(view, index, ',') && view.words[index + 1] === 'from' ? index + 1 : undefined,
    'leave out the comma',
  ),
  '==': onlyDuckdb(symbols('=='), 'write ='),
  '//': onlyDuckdb(symbols('//'), 'write floor(x / y) of numbers that are not whole'),
  '~*': onlyPostgres(
    symbols('~*', '!~*'),
    'write lower(x) ~ .., or a macro with a variant for each database',
  ),
  '~': {
    at: symbols('~', '!~'),
    differs: 'DuckDB matches the whole text, Postgres any part of it',
    hint: "write regexp_replace(x, 'pattern', '') <> x, or a macro with a variant for each database",
  },
  'similar to': {
    at: words('similar to'),
    differs: 'DuckDB takes a regular expression, Postgres % and _',
    hint: 'write like, or a macro with a variant for each database',
  },
  regexp_matches: {
    at: (view, index) => calls(view, index, 'regexp_matches'),
    differs: 'DuckDB says whether it matches, Postgres gives rows of the parts',
    hint: 'write a macro with a variant for each database',
  },
  'format()': {
    at: (view, index) => calls(view, index, 'format'),
    differs: 'DuckDB puts values in for {}, Postgres for %s',
    hint: 'write x || y',
  },
  'integer division': {
    at: integerDivisionAt,
    differs: 'DuckDB gives a fraction, Postgres cuts it off',
    hint: 'use {{safe_divide "x" "y"}}, or cast one of them',
  },
  float: {
    at: (view, index) => castTo(view, index, ['float']),
    differs: 'DuckDB takes four bytes, Postgres eight',
    hint: 'write double precision, or real',
  },
  'numeric without digits': {
    at: (view, index) => castTo(view, index, ['numeric', 'decimal']),
    differs: 'DuckDB rounds to three digits, Postgres keeps all',
    hint: 'say how many: numeric(28, 6)',
  },
  ...ofOne('duckdb'),
  ...ofOne('postgres'),
}

function ofOne(adapter: AdapterName): Readonly<Record<string, DialectGap>> {
  const gap = adapter === 'duckdb' ? onlyDuckdb : onlyPostgres
  return Object.fromEntries(
    Object.entries(functionsOfOne[adapter]).map(([name, hint]) => [
      `${name}()`,
      { ...gap((view, index) => calls(view, index, name), hint), word: name },
    ]),
  )
}

function onlyDuckdb(at: DialectGap['at'], hint: string): DialectGap {
  return { at, differs: `${engines.postgres} has none`, hint }
}

function onlyPostgres(at: DialectGap['at'], hint: string): DialectGap {
  return { at, differs: `${engines.duckdb} has none`, hint }
}

function words(text: string): DialectGap['at'] {
  const last = text.split(' ').length - 1
  return (view, index) => (hasWords(view, index, text) ? index + last : undefined)
}

function wordsThen(
  view: SqlView,
  index: number,
  first: string,
  then: readonly string[],
): number | undefined {
  const isFound = view.words[index] === first && then.includes(view.words[index + 1] ?? '')
  return isFound ? index + 1 : undefined
}

function symbols(...texts: readonly string[]): DialectGap['at'] {
  return (view, index) => (texts.some((text) => isSymbol(view, index, text)) ? index : undefined)
}

/** A call of a function that is no method and has no schema before it: up to its closing parenthesis. */
function calls(view: SqlView, index: number, name: string): number | undefined {
  if (view.words[index] !== name || !isSymbol(view, index + 1, '(')) return undefined
  return isSymbol(view, index - 1, '.') ? undefined : index
}

/** The clause: not a column of that name. */
function qualifyAt(view: SqlView, index: number): number | undefined {
  if (view.words[index] !== 'qualify') return undefined
  const before = view.tokens[index - 1]
  const next = view.tokens[index + 1]
  const isName =
    before === undefined ||
    (before.kind === 'symbol' && before.text !== ')') ||
    ['select', 'as', 'by', 'and', 'or', 'where', 'on', 'distinct'].includes(
      view.words[index - 1] ?? '',
    )
  const isFollowed = next !== undefined && (next.kind !== 'symbol' || next.text === '(')
  return !isName && isFollowed && view.words[index + 1] !== 'from' ? index : undefined
}

/** `* exclude (..)`: not a product with `replace(..)`. */
function changedStarAt(view: SqlView, index: number): number | undefined {
  if (!isSymbol(view, index, '*')) return undefined
  const isStar =
    ['select', 'distinct', 'all'].includes(view.words[index - 1] ?? '') ||
    isSymbol(view, index - 1, ',') ||
    isSymbol(view, index - 1, '.')
  const isChanged = ['exclude', 'replace', 'rename'].includes(view.words[index + 1] ?? '')
  return isStar && isChanged ? index + 1 : undefined
}

/** `cast(x as float)` and `x::float`, without numbers in parentheses behind the type. */
function castTo(view: SqlView, index: number, types: readonly string[]): number | undefined {
  if (!types.includes(view.words[index] ?? '') || isSymbol(view, index + 1, '(')) return undefined
  if (isSymbol(view, index - 1, '::')) return index
  const isInCast =
    view.words[index - 1] === 'as' &&
    view.words[(view.parents[index] ?? -1) - 1] === 'cast' &&
    isSymbol(view, index + 1, ')')
  return isInCast ? index : undefined
}
