/** What each helper takes: the one list that the check of templates, the hints and the evaluator go by. */

export interface HelperSignature {
  /** value: gives a value; statement: does something and prints nothing; block: `{{#x}}..{{/x}}`. */
  readonly form: 'value' | 'statement' | 'block'
  /** Fewest and most positional arguments. */
  readonly positional: readonly [number, number]
  /** Allowed names of `name=value` arguments; `any` needs at least one; left out: none. */
  readonly named?: readonly string[] | 'any' | 'any or none'
  /** Most names in `as |x i|`; blocks only. */
  readonly parameters?: number
  /** True when `{{else}}` may follow; blocks only. */
  readonly hasElse?: boolean
  /** False for what reads or changes anything but its arguments. */
  readonly isPure?: boolean
  readonly usage: string
}

const many = Number.POSITIVE_INFINITY

export const helperSignatures = {
  config: {
    form: 'statement',
    positional: [0, 0],
    named: 'any',
    usage: '{{config materialized="table"}}',
  },
  ref: {
    form: 'value',
    positional: [1, 2],
    named: ['version', 'v', 'filter'],
    usage: '{{ref "model"}}',
  },
  source: {
    form: 'value',
    positional: [2, 2],
    named: ['filter'],
    usage: '{{source "source" "table"}}',
  },
  new_rows: { form: 'value', positional: [1, 1], usage: '{{new_rows "model"}} as n' },
  touched_keys: {
    form: 'value',
    positional: [1, 1],
    named: ['key'],
    usage: '{{touched_keys "model" key="id"}}',
  },
  query: {
    form: 'value',
    positional: [1, many],
    usage: '(query "select .. from" (ref "model"))',
  },
  columns: { form: 'value', positional: [1, 1], usage: '(columns (ref "model"))' },
  relation_exists: {
    form: 'value',
    positional: [1, 1],
    usage: '(relation_exists (ref "model"))',
  },
  var: { form: 'value', positional: [1, 2], usage: '{{var "name" default}}' },
  env: { form: 'value', positional: [1, 2], usage: '{{env "NAME" "default"}}' },
  experiments: {
    form: 'value',
    positional: [0, 1],
    named: ['allocation'],
    usage: '(experiments)',
  },
  metrics: { form: 'value', positional: [0, 0], usage: '(metrics)' },
  doc: { form: 'value', positional: [1, 2], usage: '{{doc "block"}}' },
  is_incremental: { form: 'value', positional: [0, 0], usage: '{{#if (is_incremental)}}' },
  depends_on: {
    form: 'statement',
    positional: [1, 2],
    named: ['version', 'v'],
    usage: '{{depends_on "model"}}',
  },
  log: { form: 'statement', positional: [1, many], usage: '{{log "text"}}' },
  print: { form: 'statement', positional: [1, many], usage: '{{print "text"}}' },
  raise: { form: 'statement', positional: [1, many], usage: '{{raise "text"}}' },
  return: { form: 'statement', positional: [1, 1], usage: '{{return x}}' },
  yield: { form: 'statement', positional: [1, 1], usage: '{{yield x}}' },
  if: {
    form: 'block',
    positional: [1, 1],
    parameters: 0,
    hasElse: true,
    usage: '{{#if x}}..{{/if}}',
  },
  unless: {
    form: 'block',
    positional: [1, 1],
    parameters: 0,
    hasElse: true,
    usage: '{{#unless x}}..{{/unless}}',
  },
  each: {
    form: 'block',
    positional: [1, 1],
    parameters: 2,
    hasElse: true,
    usage: '{{#each xs as |x|}}..{{/each}}',
  },
  with: {
    form: 'block',
    positional: [1, 1],
    parameters: 1,
    hasElse: true,
    usage: '{{#with x as |y|}}..{{/with}}',
  },
  let: {
    form: 'block',
    positional: [0, 0],
    named: 'any',
    parameters: 0,
    hasElse: false,
    usage: '{{#let x=..}}..{{/let}}',
  },
  list: { form: 'value', positional: [0, many], isPure: true, usage: '(list "a" "b")' },
  dict: {
    form: 'value',
    positional: [0, 0],
    named: 'any or none',
    isPure: true,
    usage: '(dict key="value")',
  },
  before_begin: { form: 'value', positional: [1, 1], isPure: true, usage: '(before_begin "sql")' },
  after_commit: { form: 'value', positional: [1, 1], isPure: true, usage: '(after_commit "sql")' },
  in_transaction: {
    form: 'value',
    positional: [1, 1],
    isPure: true,
    usage: '(in_transaction "sql")',
  },
  lookup: { form: 'value', positional: [2, 2], isPure: true, usage: '(lookup dict "key")' },
  length: { form: 'value', positional: [1, 1], isPure: true, usage: '(length xs)' },
  range: { form: 'value', positional: [1, 3], isPure: true, usage: '(range start end)' },
  in: { form: 'value', positional: [2, 2], isPure: true, usage: '(in x xs)' },
  eq: { form: 'value', positional: [2, 2], isPure: true, usage: '(eq x y)' },
  ne: { form: 'value', positional: [2, 2], isPure: true, usage: '(ne x y)' },
  lt: { form: 'value', positional: [2, 2], isPure: true, usage: '(lt x y)' },
  lte: { form: 'value', positional: [2, 2], isPure: true, usage: '(lte x y)' },
  gt: { form: 'value', positional: [2, 2], isPure: true, usage: '(gt x y)' },
  gte: { form: 'value', positional: [2, 2], isPure: true, usage: '(gte x y)' },
  and: { form: 'value', positional: [2, many], isPure: true, usage: '(and x y)' },
  or: { form: 'value', positional: [2, many], isPure: true, usage: '(or x y)' },
  not: { form: 'value', positional: [1, 1], isPure: true, usage: '(not x)' },
  add: { form: 'value', positional: [2, many], isPure: true, usage: '(add x y)' },
  subtract: { form: 'value', positional: [2, 2], isPure: true, usage: '(subtract x y)' },
  multiply: { form: 'value', positional: [2, many], isPure: true, usage: '(multiply x y)' },
  divide: { form: 'value', positional: [2, 2], isPure: true, usage: '(divide x y)' },
  modulo: { form: 'value', positional: [2, 2], isPure: true, usage: '(modulo x y)' },
  round: { form: 'value', positional: [1, 2], isPure: true, usage: '(round x digits)' },
  abs: { form: 'value', positional: [1, 1], isPure: true, usage: '(abs x)' },
  int: { form: 'value', positional: [1, 1], isPure: true, usage: '(int "12")' },
  float: { form: 'value', positional: [1, 1], isPure: true, usage: '(float "1.5")' },
  type_of: { form: 'value', positional: [1, 1], isPure: true, usage: '(type_of x)' },
  unique: { form: 'value', positional: [1, 1], isPure: true, usage: '(unique xs)' },
  union: { form: 'value', positional: [2, many], isPure: true, usage: '(union xs ys)' },
  intersect: { form: 'value', positional: [2, many], isPure: true, usage: '(intersect xs ys)' },
  difference: { form: 'value', positional: [2, many], isPure: true, usage: '(difference xs ys)' },
  zip: { form: 'value', positional: [2, many], isPure: true, usage: '(zip xs ys)' },
  sort: {
    form: 'value',
    positional: [1, 1],
    named: ['attribute', 'reverse'],
    isPure: true,
    usage: '(sort xs reverse=true)',
  },
  selectattr: {
    form: 'value',
    positional: [2, 3],
    isPure: true,
    usage: '(selectattr xs "key" value)',
  },
  rejectattr: {
    form: 'value',
    positional: [2, 3],
    isPure: true,
    usage: '(rejectattr xs "key" value)',
  },
  slice: { form: 'value', positional: [2, 3], isPure: true, usage: '(slice xs start end)' },
  dict_keys: { form: 'value', positional: [1, 1], isPure: true, usage: '(dict_keys d)' },
  dict_values: { form: 'value', positional: [1, 1], isPure: true, usage: '(dict_values d)' },
  join: { form: 'value', positional: [1, 2], isPure: true, usage: '(join xs ", ")' },
  upper: { form: 'value', positional: [1, 1], isPure: true, usage: '(upper x)' },
  lower: { form: 'value', positional: [1, 1], isPure: true, usage: '(lower x)' },
  replace: { form: 'value', positional: [3, 3], isPure: true, usage: '(replace x "from" "to")' },
  concat: { form: 'value', positional: [1, many], isPure: true, usage: '(concat x y)' },
  pluck: { form: 'value', positional: [2, 2], isPure: true, usage: '(pluck rows "key")' },
  by_column: { form: 'value', positional: [1, 1], isPure: true, usage: '(by_column rows)' },
  merged_columns: {
    form: 'value',
    positional: [1, 1],
    isPure: true,
    usage: '(merged_columns (list (columns (ref "a")) (columns (ref "b"))))',
  },
  plain_name: { form: 'value', positional: [1, 1], isPure: true, usage: '(plain_name x)' },
  quote_name: { form: 'value', positional: [1, 1], isPure: true, usage: '(quote_name "column")' },
  relation_named: {
    form: 'value',
    positional: [2, 3],
    isPure: true,
    usage: '(relation_named "schema" "table")',
  },
  run_time: {
    form: 'value',
    positional: [0, 1],
    named: ['format'],
    usage: '{{run_time format="%H:%M:%S"}}',
  },
  trim: { form: 'value', positional: [1, 1], isPure: true, usage: '(trim x)' },
  capitalize: { form: 'value', positional: [1, 1], isPure: true, usage: '(capitalize x)' },
  split: { form: 'value', positional: [1, 2], isPure: true, usage: '(split x ",")' },
  starts_with: { form: 'value', positional: [2, 2], isPure: true, usage: '(starts_with x "a")' },
  ends_with: { form: 'value', positional: [2, 2], isPure: true, usage: '(ends_with x "a")' },
  md5: { form: 'value', positional: [1, 1], isPure: true, usage: '(md5 x)' },
  to_json: { form: 'value', positional: [1, 1], isPure: true, usage: '(to_json x)' },
  from_json: { form: 'value', positional: [1, 2], isPure: true, usage: '(from_json text default)' },
  date_format: {
    form: 'value',
    positional: [2, 2],
    isPure: true,
    usage: '{{date_format run_started_at "%Y-%m-%d"}}',
  },
  add_time: {
    form: 'value',
    positional: [3, 3],
    isPure: true,
    usage: '(add_time run_started_at -3 "day")',
  },
} as const satisfies Readonly<Record<string, HelperSignature>>

type Signatures = typeof helperSignatures
export type HelperName = keyof Signatures
export type BlockName = {
  [Name in HelperName]: Signatures[Name]['form'] extends 'block' ? Name : never
}[HelperName]

/** Values that every template knows by name. */
export const rootNames = [
  'this',
  'target',
  'invocation_id',
  'run_started_at',
  'project_name',
  'batch',
] as const

const signatureByName: ReadonlyMap<string, HelperSignature> = new Map(
  Object.entries(helperSignatures),
)

export function isHelper(name: string): name is HelperName {
  return signatureByName.has(name)
}

/** undefined: no helper has that name. */
export function signatureOf(name: string): HelperSignature | undefined {
  return signatureByName.get(name)
}

/** Tells the helpers that are blocks from those that give a value. */
export function isBlock(name: HelperName): name is BlockName {
  return helperSignatures[name].form === 'block'
}
