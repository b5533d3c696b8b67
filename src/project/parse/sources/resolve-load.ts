/** `loader` and `load` of a source and its table to what assay loads it with; `loader` alone is only a word for people. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../core/diagnostic.ts'
import { isJsonArray } from '../../../core/json.ts'
import { loadColumns, type LoadConfig, loaderNames } from '../../../core/load/load.ts'
import type { SourceProperties, SourceTable } from '../../read/properties/property-file.ts'

/** undefined: others fill it. */
export function loadOf(
  source: SourceProperties,
  table: SourceTable,
  faults: Diagnostic[],
): LoadConfig | undefined {
  const name = table.loader ?? source.loader
  const loader = loaderNames.find((known) => known === name?.text)
  // A table that somebody else fills has nothing to do with how the others are loaded.
  const isOwn = table.loader !== undefined && table.loader.text !== source.loader?.text
  const load = table.load ?? (isOwn ? undefined : source.load)
  if (load === undefined) {
    if (loader === undefined || name === undefined) return undefined
    faults.push(
      errorDiagnostic({
        code: 'missing-key',
        message: `expected "load" beside "loader: ${loader}", found none`,
        span: name.span,
        hint:
          loader === 'events'
            ? 'name the column that tells events apart, for example: load: { id: event_id }'
            : `say where its records are, for example: load: { path: incoming/${table.name}/*.jsonl }`,
      }),
    )
    return undefined
  }
  if (loader === undefined) {
    const span = name?.span ?? load.span
    const known = loaderNames.map((each) => `"${each}"`).join(', ')
    const near = name === undefined ? undefined : nearestName(name.text, loaderNames)
    faults.push(
      errorDiagnostic({
        code: name === undefined ? 'missing-key' : 'unknown-loader',
        message: `expected a loader of assay (${known}) for "load", found ${name === undefined ? 'none' : `"${name.text}"`}`,
        span,
        hint:
          near === undefined
            ? 'leave "load" out where another program fills the table'
            : `did you mean "${near}"?`,
      }),
    )
    return undefined
  }
  const options = { ...(isOwn ? {} : source.load?.options), ...table.load?.options }
  faults.push(...(loader === 'events' ? eventFaults : fileFaults)(table, options, load.span))
  faults.push(...idFaults(table, options, load.span))
  faults.push(...columnFaults(table, load.span))
  return { loader, options, span: load.span }
}

function columnFaults(table: SourceTable, span: LoadConfig['span']): readonly Diagnostic[] {
  if (table.columns.length === 0) {
    return [
      errorDiagnostic({
        code: 'missing-key',
        message: `expected "columns" of "${table.name}", found none`,
        span,
        hint: 'declare the columns to load, each with its data_type',
      }),
    ]
  }
  const reserved: readonly string[] = Object.values(loadColumns)
  return table.columns.flatMap((column) =>
    reserved.includes(column.name.toLowerCase())
      ? [
          errorDiagnostic({
            code: 'invalid-value',
            message: `expected a column of the records, found "${column.name}", which assay fills itself`,
            span: column.span,
            hint: 'leave it out: it is there without being declared',
          }),
        ]
      : [],
  )
}

type Options = LoadConfig['options']

function fileFaults(
  table: SourceTable,
  options: Options,
  span: LoadConfig['span'],
): readonly Diagnostic[] {
  if (options['path'] === undefined) {
    const message = 'expected the key "path" under "load", found none'
    return [errorDiagnostic({ code: 'missing-key', message, span })]
  }
  if (!isJsonArray(options['path']) || options['path'].length > 0) return []
  return [
    errorDiagnostic({
      code: 'invalid-value',
      message: 'expected at least one glob in "path" under "load", found an empty list',
      span,
      hint: `for example: path: incoming/${table.name}/*.jsonl`,
    }),
  ]
}

/** What only files have. */
const fileOptions = [
  'path',
  'format',
  'encoding',
  'delimiter',
  'header',
  'settle_seconds',
  'marker',
  'after_load',
  'null_values',
  'max_record_bytes',
] as const

function eventFaults(
  table: SourceTable,
  options: Options,
  span: LoadConfig['span'],
): readonly Diagnostic[] {
  const surplus = fileOptions.find((name) => table.load?.options[name] !== undefined)
  return [
    ...(surplus === undefined
      ? []
      : [
          errorDiagnostic({
            code: 'unknown-key',
            message: `expected an option of the loader "events", found "${surplus}", which is one of files`,
            span,
          }),
        ]),
    ...(options['id'] === undefined
      ? [
          errorDiagnostic({
            code: 'missing-key',
            message: 'expected the key "id" under "load", found none',
            span,
            hint: 'name the column that is the same when an event is sent again, for example: load: { id: event_id }',
          }),
        ]
      : []),
  ]
}

function idFaults(
  table: SourceTable,
  { id }: Options,
  span: LoadConfig['span'],
): readonly Diagnostic[] {
  const names = table.columns.map(({ name }) => name)
  if (typeof id !== 'string' || names.includes(id)) return []
  const near = nearestName(id, names)
  return [
    errorDiagnostic({
      code: 'invalid-value',
      message: `expected a column of "${table.name}" for "id", found "${id}"`,
      span,
      hint: near === undefined ? undefined : `did you mean "${near}"?`,
    }),
  ]
}
