/** The signatures of the helpers to the table of the template language. */
import {
  type HelperName,
  type HelperSignature,
  helperSignatures,
} from '../../src/project/template/helpers/signatures.ts'
import { code, markdownTable, pageHead } from './markdown.ts'

/** What each helper gives, and what a dbt user calls it. */
const words: Readonly<Record<HelperName, readonly [meaning: string, dbt: string]>> = {
  config: [
    'sets configs of this model; top level only, as often as you like; prints nothing',
    'config()',
  ],
  ref: ['the relation of a model or seed, and an edge of the graph', 'ref()'],
  source: ['the relation of a source table, and an edge of the graph', 'source()'],
  new_rows: [
    'a query of the rows that this model has not read yet; in a view or table, on the first run and on a full refresh all rows',
    '',
  ],
  touched_keys: [
    'a query of the keys whose rows changed since this model last ran; `key=` is a column or a list of columns',
    '',
  ],
  query: [
    'the rows that the database gives for a query, a list of dicts; the arguments are put together with spaces',
    'run_query()',
  ],
  columns: [
    'the columns of a relation, or of a query in parentheses: a list of dicts with `name` and `data_type`',
    'adapter.get_columns_in_relation()',
  ],
  relation_exists: [
    'whether there is such a table or view now',
    'adapter.get_relation() is not none',
  ],
  var: ['a var; an error of `parse` when it has no value and no default', 'var()'],
  env: ['an environment variable, as text', 'env_var()'],
  experiments: [
    'the declared experiments, a list of dicts with every key and its default; with a name that one; `allocation=` keeps `"fixed"` or `"adaptive"` ones',
    '',
  ],
  metrics: [
    'the declared metrics, a list of dicts; `experiment` says how experiments compare it, null: they do not',
    '',
  ],
  doc: ['in a description of a properties file: the text of a docs block', 'doc()'],
  is_incremental: [
    'true when the model is incremental, its table exists, and this is no full refresh',
    'is_incremental()',
  ],
  depends_on: ['an edge of the graph; prints nothing', '-- depends_on'],
  log: ['writes a line to the output and the log file', 'log()'],
  print: ['writes a line as it is, also with `--quiet`; not with `--no-print`', 'print()'],
  raise: ['stops the node with this message', 'exceptions.raise_compiler_error()'],
  if: ['the block, when the value is true; `{{else if ..}}` and `{{else}}` may follow', 'if'],
  unless: ['the block, when the value is false', 'if not'],
  each: [
    'the block for each element; inside it `this` is the element, also `@index`, `@key`, `@first`, `@last`',
    'for',
  ],
  with: ['the block with a value under a name', 'with'],
  let: ['names values for its block', 'set'],
  list: ['a list', '[..]'],
  dict: ['a map', '{..}'],
  before_begin: ['a hook that runs before the transaction', 'before_begin()'],
  after_commit: ['a hook that runs after the commit', 'after_commit()'],
  in_transaction: ['a hook that runs in the transaction, as all do', 'in_transaction()'],
  lookup: [
    'the value of a map or list under a key; `-1` is the last of a list; null when there is none',
    'x[key], first, last',
  ],
  length: ['the number of elements or characters', 'length'],
  range: ['whole numbers: `(range end)`, `(range start end)`, `(range start end step)`', 'range()'],
  in: ['whether a list holds the value', 'in'],
  eq: ['equal', '=='],
  ne: ['not equal', '!='],
  lt: ['less than', '<'],
  lte: ['at most', '<='],
  gt: ['greater than', '>'],
  gte: ['at least', '>='],
  and: ['all are true', 'and'],
  or: ['one is true', 'or'],
  not: ['the opposite', 'not'],
  add: ['the sum', '+'],
  subtract: ['the difference', '-'],
  multiply: ['the product', '*'],
  divide: ['the quotient; by 0 it is an error', '/'],
  modulo: ['the remainder, with the sign of the divisor', '%'],
  round: ['rounded to that many digits, none unless given; halves go away from 0', 'round'],
  abs: ['without its sign', 'abs'],
  int: ['a whole number of a text or number; what is behind the point is cut off', 'int'],
  float: ['a number of a text', 'float'],
  type_of: [
    '`text`, `number`, `boolean`, `null`, `list`, `dict` or `relation`',
    'is string, is number, is mapping ..',
  ],
  unique: ['each element once, in order of first mention', 'unique, set()'],
  union: ['the elements of all lists, each once', 'set union'],
  intersect: ['the elements that are in all lists, each once', 'set intersection'],
  difference: [
    'the elements of the first list that are in none of the others, each once',
    'set difference',
  ],
  zip: [
    'lists of the first elements, of the second ones and so on, as long as the shortest list',
    'zip()',
  ],
  sort: [
    'in order: numbers by size, texts by their characters (upper case first); `attribute=` sorts dicts by a key',
    'sort',
  ],
  selectattr: [
    'the dicts of a list that have the value under the key; without a value, one that is true',
    'selectattr',
  ],
  rejectattr: ['the other dicts', 'rejectattr'],
  slice: [
    'a part of a list or text: from a place, counted from 0, up to another; negative ones count from the end',
    'x[a:b]',
  ],
  dict_keys: ['the keys of a map', 'd.keys()'],
  dict_values: ['the values of a map', 'd.values()'],
  join: ['the elements as one text; between them the separator, if one is given', 'join'],
  upper: ['in upper case', 'upper'],
  lower: ['in lower case', 'lower'],
  replace: ['with one text in place of another', 'replace'],
  concat: ['texts, one after the other', '~'],
  return: ['what the macro gives instead of its text; nothing behind it is rendered', 'return()'],
  yield: ['adds an element to the list that the macro gives', 'xs.append()'],
  pluck: ['what each dict of a list holds under a key, a list', 'map(attribute=..)'],
  by_column: ['a list of dicts as a dict of lists', ''],
  merged_columns: [
    'the columns of several relations as one list: each name once, with the widest type',
    '',
  ],
  plain_name: [
    'as a name without quotes: lower case, `_` for blanks and hyphens',
    'dbt_utils.slugify()',
  ],
  quote_name: ['a name in the quotes of SQL', 'adapter.quote()'],
  relation_named: [
    'a relation by `schema`, `table` and, if it is another, `database`; no edge of the graph',
    'api.Relation.create()',
  ],
  run_time: [
    'when the run began, UTC, as strftime writes it: `%Y %m %d %H %M %S`',
    'dbt_utils.pretty_time()',
  ],
  trim: ['without white space at its ends', 'trim'],
  capitalize: ['the first letter in upper case, the others in lower case', 'capitalize'],
  split: ['the parts between the separators; without one, at white space', 'x.split()'],
  starts_with: ['whether a text begins with another', 'x.startswith()'],
  ends_with: ['whether a text ends with another', 'x.endswith()'],
  md5: ['the MD5 of a text, 32 hex digits', 'local_md5()'],
  to_json: ['JSON, without blanks', 'tojson()'],
  from_json: ['what a JSON text holds; the default where it is no JSON', 'fromjson()'],
  date_format: [
    'a time, UTC, by the letters of Python: `%Y %m %d %H %M %S %f %j %V ..`',
    'x.strftime()',
  ],
  add_time: [
    'a time moved by so many seconds, minutes, hours, days, weeks, months or years; a day stays a day, the end of a month the end of a month',
    'modules.datetime.timedelta',
  ],
}

const forms = {
  value: 'Values',
  statement: 'Statements: they print nothing',
  block: 'Blocks',
} as const

export function templatePage(): string {
  const sections = (['value', 'statement', 'block'] as const).map((form) => {
    const rows = names(form).map((name) => {
      const [meaning, dbt] = words[name]
      const signature: HelperSignature = helperSignatures[name]
      return [code(name), code(signature.usage), argumentsOf(signature), meaning, code(dbt)]
    })
    return `### ${forms[form]}\n\n${markdownTable(['helper', 'usage', 'arguments', 'gives', "dbt's"], rows)}`
  })
  return `${pageHead('Template language', 'helpers/signatures.ts and scripts/reference/template.ts')}
SQL files, and texts in YAML, are Handlebars. \`{{ref "orders"}}\` calls a helper: words separated by blanks, texts in
double or single quotes, no commas. A call inside a call stands in parentheses: \`{{#if (eq (var "x" 1) 1)}}\`.
In YAML only \`env\`, \`var\`, \`target\` and helpers that give a value of their arguments alone are there.

## Helpers

${sections.join('\n\n')}

## Values without a helper

| name | what it is |
| --- | --- |
| \`{{this}}\` | the model's own relation; \`{{this.schema}}\`, \`{{this.identifier}}\`. Inside \`each\` and \`with\` it is the element, and the relation is \`{{@root}}\` |
| \`{{target.name}}\` | the target: also \`type\`, \`schema\`, \`prefix\`, \`threads\`, \`timezone\`; DuckDB: \`path\`; Postgres: \`host\`, \`port\`, \`user\`, \`database\` |
| \`{{invocation_id}}\` | the id of this run |
| \`{{run_started_at}}\` | when this run began, UTC: \`2026-01-31T12:00:00.000Z\` |
| \`{{project_name}}\` | the \`name\` in assay.yml of the project that is run, in its packages too |
| \`{{batch.id}}\` | of a [microbatch](../microbatch.md) model: its batch, \`20260102\`; also \`batch.event_time_start\`, \`batch.event_time_end\` |

\`on-run-end\` has \`results\`, \`schemas\` and more beside these: [hooks](../hooks.md). \`query-comment\` has \`node\`.

## Macros and tests

A macro is a block in \`macros/*.sql\`. Quoted names are its arguments, \`name=value\` its arguments with a default:

\`\`\`handlebars
{{#macro "cents_to_euros" "column" scale=2}}
round({{column}} / 100.0, {{scale}})
{{/macro}}
\`\`\`

It is called as \`{{cents_to_euros "amount_cents"}}\`, \`{{cents_to_euros "amount_cents" scale=4}}\` or, in a call,
\`(cents_to_euros "amount_cents")\`. A missing, surplus or unknown argument is an error of \`parse\`. One newline at
each end of the body is not part of it. \`adapter="postgres"\` in the head makes a variant for one database. A macro
called as a block, \`{{#my_macro}}..{{/my_macro}}\`, prints what stands in it where its body says
\`{{> @partial-block}}\`.

A generic test is the same with \`test\`, in \`tests/generic/*.sql\` or \`macros/*.sql\`. Its first argument is \`model\`,
its second, if it has one for a column, \`column_name\`:

\`\`\`handlebars
{{#test "is_positive" "model" "column_name"}}
select * from {{model}} as tested where {{column_name}} <= 0
{{/test}}
\`\`\`

## Rules

- Every name is checked before anything is rendered: an unknown helper, macro, argument or block parameter is an error.
- A helper or macro used as an argument needs parentheses: \`{{#if (is_incremental)}}\`.
- What \`ref\`, \`source\`, \`depends_on\` and \`config\` are given must be known without the database. All branches
  count, also those not taken. Otherwise: \`dynamic-ref\`.
- \`{{!-- comment --}}\` disappears. A \`ref\` in it is no edge; one in an SQL comment is.
- \`\\{{\` prints \`{{\`. \`{{{x}}}\` is an error. Write a space between \`}}\` and a following \`}\`.
- \`~\` beside the braces removes the white space there: \`{{~#if x~}}\`.
- \`&&\`, \`|\`, filters and method calls do not exist. Jinja is recognised and answered with the Handlebars form.

## Macros in TypeScript

\`export const cents = defineMacro({ args: { column: "string" } }, (context, args) => ..)\` in \`macros/*.ts\` is
called as any other macro: [TypeScript](../typescript.md). What it gives is known only when it runs, so it can be no part
of a \`ref\` or \`config\`.
`
}

function names(form: HelperSignature['form']): readonly HelperName[] {
  const all = Object.keys(words).filter((name): name is HelperName => name in helperSignatures)
  return all.filter((name) => helperSignatures[name].form === form)
}

function argumentsOf({ positional, named }: HelperSignature): string {
  const [least, most] = positional
  const range = most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`
  const count = least === most ? String(least) : range
  if (named === undefined) return count
  if (named === 'any') return '`name=value`, at least one'
  return named === 'any or none' ? '`name=value`' : `${count}, ${named.join(', ')}`
}
