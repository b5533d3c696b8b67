/** An entry under `unit_tests:` to what it gives and expects, each row with its place. */
import { isJsonObject, type JsonObject } from '../../../core/json.ts'
import type { FixtureCell, FixtureFormat, FixtureRow } from '../../../core/node/unit-test.ts'
import type { ExpectationEntry, GivenEntry, RowsEntry, UnitTestEntry } from './property-file.ts'
import type { PlacedText } from '../config-entry.ts'
import { readConfig } from '../settings/read-config-tree.ts'
import {
  entriesOf,
  entryOf,
  itemsOf,
  type PlacedValue,
  textOf,
  toJson,
  valueOf,
} from '../yaml/placed-value.ts'

export function readUnitTest(test: PlacedValue): UnitTestEntry {
  const overrides = valueOf(test, 'overrides')
  const now = placedText(overrides, 'now')
  return {
    name: textOf(test, 'name') ?? '',
    span: valueOf(test, 'name')?.span ?? test.span,
    description: textOf(test, 'description') ?? '',
    model: placedText(test, 'model') ?? { text: '', span: test.span },
    given: itemsOf(test, 'given').map(readGiven),
    expectations: readExpectations(test),
    macros: readConfig(entriesOf(valueOf(overrides, 'macros'))),
    vars: objectAt(overrides, 'vars'),
    envVars: objectAt(overrides, 'env_vars'),
    ...(now === undefined ? {} : { now }),
    overrides: objectAt(test, 'overrides'),
    versions: objectAt(test, 'versions'),
    config: readConfig(entriesOf(entryOf(test, 'config')?.value)),
  }
}

function readGiven(given: PlacedValue): GivenEntry {
  return {
    input: placedText(given, 'input') ?? { text: '', span: given.span },
    rows: readRows(given),
  }
}

/** CTEs first: what goes wrong there is why the rest does. */
function readExpectations(test: PlacedValue): readonly ExpectationEntry[] {
  const expect = valueOf(test, 'expect')
  const table = valueOf(test, 'expect_table')
  const ctes = itemsOf(test, 'expect_ctes').map((entry): ExpectationEntry => {
    return { of: { kind: 'cte', name: textOf(entry, 'cte') ?? '' }, rows: readRows(entry) }
  })
  return [
    ...ctes,
    ...(expect === undefined ? [] : [{ of: { kind: 'rows' }, rows: readRows(expect) } as const]),
    ...(table === undefined ? [] : [{ of: { kind: 'table' }, rows: readRows(table) } as const]),
  ]
}

const formats: readonly FixtureFormat[] = ['dict', 'csv', 'sql']

function readRows(owner: PlacedValue): RowsEntry {
  const written = textOf(owner, 'format')
  const format = formats.find((name) => name === written) ?? 'dict'
  const rows = entryOf(owner, 'rows')
  const fixture = placedText(owner, 'fixture')
  const span = rows?.keySpan ?? fixture?.span ?? owner.span
  if (rows?.value.kind === 'list') {
    return { span, format, content: { kind: 'rows', rows: rows.value.items.map(readRow) } }
  }
  if (rows?.value.kind === 'scalar' && rows.value.value !== null) {
    const text = rows.value.text ?? String(rows.value.value)
    return { span, format, content: { kind: 'text', text, span: rows.value.span } }
  }
  if (fixture === undefined) return { span, format, content: { kind: 'none' } }
  return { span, format, content: { kind: 'file', name: fixture.text, span: fixture.span } }
}

function readRow(row: PlacedValue): FixtureRow {
  return {
    span: row.span,
    cells: entriesOf(row).map(({ key, value }) => readCell(key, value)),
  }
}

function readCell(column: string, value: PlacedValue): FixtureCell {
  if (value.kind !== 'scalar') {
    return { column, text: JSON.stringify(toJson(value)), written: 'json' }
  }
  if (value.value === null) return { column, text: null, written: 'null' }
  const text = value.text ?? String(value.value)
  if (typeof value.value === 'number') return { column, text, written: 'number' }
  return { column, text, written: typeof value.value === 'boolean' ? 'boolean' : 'text' }
}

function placedText(owner: PlacedValue | undefined, key: string): PlacedText | undefined {
  const text = textOf(owner, key)
  const value = valueOf(owner, key)
  return text === undefined || value === undefined ? undefined : { text, span: value.span }
}

function objectAt(owner: PlacedValue | undefined, key: string): JsonObject {
  const value = valueOf(owner, key)
  const json = value === undefined ? undefined : toJson(value)
  return isJsonObject(json) ? json : {}
}
