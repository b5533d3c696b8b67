/** Entries under `data_tests:` to test entries: what is argument, what is config. */
import type { Json } from '../../../core/json.ts'
import type { TestEntry } from './property-file.ts'
import { readConfig } from '../settings/read-config-tree.ts'
import {
  entriesOf,
  entryOf,
  itemsOf,
  type PlacedEntry,
  type PlacedValue,
  textOf,
  textsOf,
  toJson,
  valueOf,
} from '../yaml/placed-value.ts'

/** Configs that dbt lets stand beside the arguments. */
const bareConfigs = new Set([
  'severity',
  'where',
  'limit',
  'warn_if',
  'error_if',
  'fail_calc',
  'tags',
  'enabled',
  'store_failures',
  'store_failures_as',
  'schema',
  'alias',
  'meta',
  'dimension',
  'quarantine',
])
const words = new Set(['name', 'description', 'arguments', 'config', 'test_name'])

/** `data_tests:` or its alias `tests:`. */
export function readTests(owner: PlacedValue): readonly TestEntry[] {
  const items = [...itemsOf(owner, 'data_tests'), ...itemsOf(owner, 'tests')]
  return [...readGrain(owner), ...items.flatMap((item) => readTest(item) ?? [])]
}

/** `grain: [user_id, day]` declares what one row stands for, and is checked as any test. */
function readGrain(owner: PlacedValue): readonly TestEntry[] {
  const grain = entryOf(owner, 'grain')
  const columns = textsOf(owner, 'grain')
  if (grain === undefined || columns.length === 0) return []
  const named = { test: 'grain', span: grain.keySpan, description: '', config: {} }
  return [{ ...named, arguments: { key_columns: columns } }]
}

/** `unique`, `{unique: {..}}` or `{test_name: unique, ..}`. */
function readTest(item: PlacedValue): TestEntry | undefined {
  if (item.kind === 'scalar') {
    return { test: String(item.value), span: item.span, description: '', arguments: {}, config: {} }
  }
  const named = valueOf(item, 'test_name')
  if (named?.kind === 'scalar') return testFrom(String(named.value), named.span, entriesOf(item))
  const [only] = entriesOf(item)
  return only && testFrom(only.key, only.keySpan, entriesOf(only.value))
}

function testFrom(
  test: string,
  span: TestEntry['span'],
  entries: readonly PlacedEntry[],
): TestEntry {
  const body: PlacedValue = { kind: 'map', entries, span }
  const bare = entries.filter((entry) => bareConfigs.has(entry.key))
  const configs = entriesOf(entryOf(body, 'config')?.value)
  const others = entries.filter((entry) => !bareConfigs.has(entry.key) && !words.has(entry.key))
  const given = [...others, ...entriesOf(entryOf(body, 'arguments')?.value)]
  const name = textOf(body, 'name')
  return {
    test,
    span,
    ...(name === undefined ? {} : { name }),
    description: textOf(body, 'description') ?? '',
    arguments: Object.fromEntries(
      given.map((entry): [string, Json] => [entry.key, toJson(entry.value)]),
    ),
    config: readConfig([...bare, ...configs]),
  }
}
