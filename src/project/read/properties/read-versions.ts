/** A model's entry in YAML to one entry a version: what a version does not say itself, it has from the model. */
import { mergeToLayer } from '../merge-configs.ts'
import type { ColumnEntry, ModelProperties, TestEntry, VersionProperties } from './property-file.ts'
import { entryOf, itemsOf, type PlacedValue, textOf, valueOf } from '../yaml/placed-value.ts'

/** Reads the parts that a version has in common with a model. */
export interface NodeReaders {
  readonly columns: (node: PlacedValue) => readonly ColumnEntry[]
  readonly config: (node: PlacedValue) => ModelProperties['config']
  readonly constraints: (node: PlacedValue) => Pick<ModelProperties, 'constraints'>
  readonly tests: (node: PlacedValue) => readonly TestEntry[]
}

/** The model itself when it has no versions. */
export function readVersions(
  node: PlacedValue,
  model: ModelProperties,
  readers: NodeReaders,
): readonly ModelProperties[] {
  const entries = itemsOf(node, 'versions').flatMap((entry) => {
    const version = identifierOf(entry, 'v')
    return version === undefined ? [] : [{ entry, version }]
  })
  if (entries.length === 0) return [{ ...model, ...readDeprecation(node) }]
  const all = entries.map(({ version }) => version)
  const declared = identifierOf(node, 'latest_version')
  const latestSpan = valueOf(node, 'latest_version')?.span
  const latestVersion = declared ?? all.toSorted(compareVersions).at(-1) ?? ''
  return entries.map(({ entry, version }) => {
    const definedIn = textOf(entry, 'defined_in')
    const own: VersionProperties = {
      modelName: model.name,
      version,
      latestVersion,
      all,
      ...(latestSpan === undefined ? {} : { latestSpan }),
      ...(definedIn === undefined ? {} : { definedIn: definedIn.replace(/\.(sql|ts|py)$/, '') }),
    }
    const description = valueOf(entry, 'description')
    return {
      ...model,
      name: versionName(model.name, version),
      span: valueOf(entry, 'v')?.span ?? entry.span,
      ...(description?.kind === 'scalar'
        ? { description: textOf(entry, 'description') ?? '' }
        : {}),
      config: mergeToLayer([model.config, readers.config(entry)]),
      columns: columnsOf(entry, model.columns, readers),
      // Its own are all that it has.
      ...readers.constraints(entry),
      tests: hasTests(entry) ? readers.tests(entry) : model.tests,
      version: own,
      ...readDeprecation(node),
      ...readDeprecation(entry),
    }
  })
}

/** `orders.v2`: what `ref "orders" version=2` looks for. */
function versionName(modelName: string, version: string | number): string {
  return `${modelName}.v${version}`
}

/** By number where both are numbers, else by text. */
export function compareVersions(left: string | number, right: string | number): number {
  const numbers = [Number(left), Number(right)] as const
  if (!numbers.some(Number.isNaN)) return numbers[0] - numbers[1]
  const [a, b] = [String(left), String(right)]
  return a === b ? 0 : a < b ? -1 : 1
}

/** `v: 2` is a number, `v: "2"` and `v: beta` are texts. */
function identifierOf(owner: PlacedValue, key: string): string | number | undefined {
  const value = valueOf(owner, key)
  if (value?.kind !== 'scalar') return undefined
  return typeof value.value === 'number' ? value.value : String(value.value)
}

/** A version without `data_tests:` has the model's; an empty list is none. */
function hasTests(entry: PlacedValue): boolean {
  return ['data_tests', 'tests'].some((key) => valueOf(entry, key) !== undefined)
}

function readDeprecation(owner: PlacedValue): Pick<ModelProperties, 'deprecationDate'> {
  const text = textOf(owner, 'deprecation_date')
  const span = valueOf(owner, 'deprecation_date')?.span
  return text === undefined || span === undefined ? {} : { deprecationDate: { text, span } }
}

/** The model's columns that `include` and `exclude` leave, a column of the version's own in the place of its namesake. */
function columnsOf(
  entry: PlacedValue,
  base: readonly ColumnEntry[],
  readers: NodeReaders,
): readonly ColumnEntry[] {
  const items = itemsOf(entry, 'columns')
  const rule = items.find((item) => entryOf(item, 'name') === undefined)
  const named = items.filter((item) => entryOf(item, 'name') !== undefined)
  const list: PlacedValue = { kind: 'list', items: named, span: entry.span }
  const holder: PlacedValue = {
    kind: 'map',
    entries: [{ key: 'columns', keySpan: entry.span, value: list }],
    span: entry.span,
  }
  const own = new Map(readers.columns(holder).map((column) => [column.name, column]))
  const kept = base.filter((column) => own.has(column.name) || isKept(rule)(column))
  const known = new Set(kept.map(({ name }) => name))
  return [
    ...kept.map((column) => own.get(column.name) ?? column),
    ...[...own.values()].filter(({ name }) => !known.has(name)),
  ]
}

function isKept(rule: PlacedValue | undefined): (column: ColumnEntry) => boolean {
  const included = namesOf(rule, 'include')
  const excluded = namesOf(rule, 'exclude')
  return ({ name }) =>
    (included === 'all' || included.includes(name)) &&
    (excluded === 'all' || !excluded.includes(name))
}

/** `all`, `*` or a list; `include` is all by default, `exclude` nothing. */
function namesOf(rule: PlacedValue | undefined, key: string): 'all' | readonly string[] {
  const value = valueOf(rule, key)
  if (value?.kind === 'list') return textsIn(value.items)
  if (value === undefined) return key === 'include' ? 'all' : []
  return 'all'
}

function textsIn(items: readonly PlacedValue[]): readonly string[] {
  return items.flatMap((item) => (item.kind === 'scalar' ? [String(item.value)] : []))
}
