/** Names of Jinja's filters, tests and functions, and of Python's methods, to those of our helpers. */
import { call, type JinjaArguments, type JinjaExpression } from './jinja-expression.ts'

/** Those that are called alike are left out. */
const filterNames: Readonly<Record<string, string>> = {
  default: 'or',
  d: 'or',
  count: 'length',
  string: 'concat',
  tojson: 'to_json',
  fromjson: 'from_json',
}
/** Of a list, as `(lookup xs 0)`. */
const places: Readonly<Record<string, string>> = { first: '0', last: '-1' }
/** `selectattr('k', 'equalto', v)`. */
const equalities: ReadonlySet<string> = new Set(['"equalto"', '"eq"', '"=="'])

/** `x | name(..)`; undefined: it has no form. */
export function filtered(
  name: string,
  value: JinjaExpression,
  { args, named }: JinjaArguments,
): JinjaExpression | undefined {
  const place = places[name]
  if (place !== undefined) return call('lookup', value, { kind: 'text', text: place })
  switch (name) {
    case 'list':
      return value
    case 'map': {
      const attribute = named.find(([key]) => key === 'attribute')?.[1]
      return attribute === undefined ? undefined : call('pluck', value, attribute)
    }
    case 'selectattr':
    case 'rejectattr': {
      const [attribute, test, wanted] = args
      if (attribute === undefined) return undefined
      if (test === undefined) return call(name, value, attribute)
      const isEquality = test.kind === 'text' && equalities.has(test.text)
      return isEquality && wanted !== undefined ? call(name, value, attribute, wanted) : undefined
    }
    default:
      return { kind: 'call', name: filterNames[name] ?? name, args: [value, ...args], named }
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  float: 'number',
  boolean: 'boolean',
  mapping: 'dict',
  sequence: 'list',
  iterable: 'list',
}

/** `x is name`; undefined: it has no form. */
export function testedFor(name: string, value: JinjaExpression): JinjaExpression | undefined {
  if (name === 'none' || name === 'None') return call('eq', value, { kind: 'text', text: 'null' })
  const type = typeNames[name]
  if (type === undefined) return undefined
  return call('eq', call('type_of', value), { kind: 'text', text: `"${type}"` })
}

const calledNames: Readonly<Record<string, string>> = {
  env_var: 'env',
  run_query: 'query',
  'adapter.get_columns_in_relation': 'columns',
  'exceptions.raise_compiler_error': 'raise',
  tojson: 'to_json',
  fromjson: 'from_json',
  local_md5: 'md5',
  set: 'unique',
  set_strict: 'unique',
  zip_strict: 'zip',
}

/** Methods of texts, lists, dicts, sets and times: the helper takes the value first. */
const methodNames: Readonly<Record<string, string>> = {
  get: 'lookup',
  upper: 'upper',
  lower: 'lower',
  capitalize: 'capitalize',
  strip: 'trim',
  split: 'split',
  replace: 'replace',
  startswith: 'starts_with',
  endswith: 'ends_with',
  keys: 'dict_keys',
  values: 'dict_values',
  union: 'union',
  intersection: 'intersect',
  difference: 'difference',
  strftime: 'date_format',
}

/** `name(..)` or `value.method(..)`; a package's macros keep its name, but for those that ship with us. */
export function methodCall(
  callee: string,
  { args, named }: JinjaArguments,
): JinjaExpression | undefined {
  const [, owner, method = ''] = /^(.+)\.(\w+)$/s.exec(callee) ?? []
  if (owner !== undefined && method === 'join' && /^["']/.test(owner)) {
    return call('join', ...args, { kind: 'text', text: owner })
  }
  const helper = Object.hasOwn(methodNames, method) ? methodNames[method] : undefined
  if (owner !== undefined && helper !== undefined && !namespaces.has(owner)) {
    const kept = method === 'get' ? args.slice(0, 1) : args
    return { kind: 'call', name: helper, args: [{ kind: 'text', text: owner }, ...kept], named: [] }
  }
  const name = calledNames[callee] ?? callee.replace(/^(?:dbt|dbt_utils)\./, '')
  const renamed = named.map(
    ([key, value]) => [name === 'ref' && key === 'v' ? 'version' : key, value] as const,
  )
  return { kind: 'call', name, args, named: renamed }
}

/** `dbt.replace` is a macro, not a method. */
const namespaces: ReadonlySet<string> = new Set(['dbt', 'dbt_utils', 'adapter', 'api'])
