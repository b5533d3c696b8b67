/** The config of a model that is written to a file; where, in which form, or why it cannot be. */
import { extname, resolve } from 'node:path'
import { type Diagnostic, errorDiagnostic, type SourceSpan } from '../../../core/diagnostic.ts'
import type { ExternalFile, ExternalOption } from '../../../core/node/external-file.ts'
import { isJsonArray, type Json } from '../../../core/json.ts'
import type { Materialization } from '../../../core/node.ts'
import type { Project } from '../../read/project.ts'
import {
  type ConfigEntries,
  isEnabled,
  objectOf,
  oneOf,
  textOf,
  textsOf,
} from '../resolve-config.ts'

type External = Extract<Materialization, { readonly name: 'external' }>

interface ExternalContext {
  readonly project: Project
  readonly faults: Diagnostic[]
}

const formats = ['parquet', 'csv', 'json'] as const

/** `name`: of the file, where the config has no `location`. */
export function resolveExternal(
  { project, faults }: ExternalContext,
  entries: ConfigEntries,
  name: string,
): External {
  const location = textOf(entries, 'location') ?? ''
  const format = oneOf(entries, 'format', formats, formatOf(location))
  const { partition_by: inOptions = [], ...others } = optionsOf(entries)
  const own = textsOf(entries, 'partition_by')
  const partitionBy = own.length > 0 ? own : [inOptions].flat().map(String)
  const delimiter = textOf(entries, 'delimiter')
  const file: ExternalFile = {
    path: resolve(project.root, location === '' ? `${name}.${format}` : location),
    format,
    options: delimiter === undefined ? others : { ...others, delimiter },
    partitionBy,
  }
  // What is disabled may be unfinished.
  if (isEnabled(entries)) {
    faults.push(...faultsOf({ project, entries, location, file }))
  }
  return { name: 'external', file }
}

/** By the end of the name: `orders.csv`, `orders.csv.gz`. */
function formatOf(location: string): ExternalFile['format'] {
  const end = extname(location.replace(/\.(?:gz|zst)$/, ''))
  if (end === '.csv' || end === '.tsv') return 'csv'
  return ['.json', '.jsonl', '.ndjson'].includes(end) ? 'json' : 'parquet'
}

function optionsOf(entries: ConfigEntries): Readonly<Record<string, ExternalOption>> {
  return Object.fromEntries(
    Object.entries(objectOf(entries, 'options')).flatMap(([key, value]) => {
      const option = optionOf(value)
      return option === undefined ? [] : [[key.toLowerCase(), option] as const]
    }),
  )
}

function optionOf(value: Json): ExternalOption | undefined {
  if (isJsonArray(value)) return value.filter(isPlain)
  return isPlain(value) ? value : undefined
}

function isPlain(value: Json): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

interface Checked {
  readonly project: Project
  readonly entries: ConfigEntries
  readonly location: string
  readonly file: ExternalFile
}

function faultsOf({ project, entries, location, file }: Checked): readonly Diagnostic[] {
  const fault = (span: SourceSpan | undefined, message: string, hint: string) =>
    errorDiagnostic({ code: 'invalid-value', message, span, hint })
  const at = (key: string) => entries[key]?.span ?? entries['materialized']?.span
  if (project.target.type !== 'duckdb') {
    return [
      fault(
        at('materialized'),
        `expected a materialization that ${project.target.type} has, found "external", which is for duckdb`,
        'make it a table, and write files with a duckdb target',
      ),
    ]
  }
  const isUrl = /^[a-z][a-z0-9+.-]+:\/\//i.test(location)
  const isRoot = `${project.root}/`.startsWith(`${file.path.replace(/\/$/, '')}/`)
  const wrongNames = Object.keys(file.options).filter((key) => !/^[a-z_][a-z0-9_]*$/.test(key))
  return [
    ...(isUrl
      ? [
          fault(
            at('location'),
            `expected a place on this machine, found "${location}"`,
            'a file elsewhere cannot be replaced as a whole: write it here, and copy it in a hook',
          ),
        ]
      : []),
    ...(isRoot && !isUrl
      ? [
          fault(
            at('location'),
            `expected a file or folder inside the project or beside it, found "${location}"`,
            'name the file: location="exports/orders.parquet"',
          ),
        ]
      : []),
    ...('delimiter' in file.options && file.format !== 'csv'
      ? [
          fault(
            at('delimiter'),
            `expected "delimiter" beside format "csv", found it beside "${file.format}"`,
            'leave it out',
          ),
        ]
      : []),
    ...wrongNames.map((key) =>
      fault(at('options'), `expected the name of an option of COPY, found "${key}"`, 'correct it'),
    ),
  ]
}
