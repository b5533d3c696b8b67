/** Writes a table to a file beside the old one, puts it in its place, and makes a view that reads it. */
import { readdirSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Session } from '../../../core/adapter.ts'
import type { FileRequest } from '../../../core/database/publish-requests.ts'
import type { ExternalFile, ExternalOption } from '../../../core/node/external-file.ts'
import { makeFolder } from '../../../core/system/files.ts'
import type { Column, Relation } from '../../../core/relation.ts'
import { duckdbDialect } from '../dialect.ts'
import { DuckdbError } from '../errors.ts'
import type { PlacedFiles } from './placed-files.ts'

/** Options of COPY that write a folder of files. */
const inParts = ['per_thread_output', 'file_size_bytes', 'row_groups_per_file']

export async function publishFile(
  session: Session,
  { candidate, target, file }: FileRequest,
  placed: PlacedFiles,
): Promise<readonly string[]> {
  const columns = (await session.describe(candidate))?.columns ?? []
  const isFolder = file.partitionBy.length > 0 || inParts.some((key) => key in file.options)
  refuseOthers(file, isFolder)
  const fresh = `${file.path}.assay_new`
  await rm(fresh, { recursive: true, force: true })
  await makeFolder(dirname(file.path))
  const copy = copyStatement(candidate, fresh, file)
  await session.execute(copy)
  await placed.put(fresh, file.path)
  const select = readStatement(file, columns, isFolder)
  const drop = duckdbDialect.drop('table', candidate)
  await session.execute(drop)
  return [copy, drop, ...(await session.replaceView(target, select))]
}

function copyStatement(candidate: Relation, path: string, file: ExternalFile): string {
  const { partitionBy, format, options } = file
  const parts = partitionBy.map((column) => duckdbDialect.quote(column)).join(', ')
  const all = [
    `format ${format}`,
    ...(format === 'csv' && !('header' in options) ? ['header true'] : []),
    ...Object.entries(options).map(([key, value]) => `${key} ${optionText(value)}`),
    ...(partitionBy.length === 0 ? [] : [`partition_by (${parts})`]),
  ]
  return `copy ${duckdbDialect.relation(candidate)}\nto ${duckdbDialect.literal(path)} (${all.join(', ')})`
}

function optionText(value: ExternalOption): string {
  if (typeof value === 'string') return duckdbDialect.literal(value)
  if (typeof value === 'object') return `(${value.map(optionText).join(', ')})`
  return String(value)
}

/** Options of COPY that reading takes too. */
const shared: Readonly<Record<ExternalFile['format'], readonly string[]>> = {
  parquet: [],
  csv: [
    'delimiter',
    'delim',
    'sep',
    'header',
    'quote',
    'escape',
    'nullstr',
    'compression',
    'dateformat',
    'timestampformat',
  ],
  json: ['compression', 'dateformat', 'timestampformat'],
}

/** Columns in the model's order, with its types: a file of text does not know them. */
function readStatement(file: ExternalFile, columns: readonly Column[], isFolder: boolean): string {
  const list = columns.map(({ name }) => duckdbDialect.quote(name)).join(', ')
  if (isFolder && filesIn(file.path).length === 0) return noRows(columns)
  const { format, options, partitionBy } = file
  const pattern = isFolder ? join(file.path, '**', `*.${format}`) : file.path
  const isPart = ({ name }: Column) =>
    partitionBy.some((part) => part.toLowerCase() === name.toLowerCase())
  const own = columns.filter((column) => !isPart(column))
  const parts = columns.filter(isPart)
  const all = [
    duckdbDialect.literal(pattern),
    ...(format === 'parquet' ? [] : [`columns = ${typesOf(own)}`]),
    ...(format === 'csv' && !('header' in options) ? ['header = true'] : []),
    ...(format === 'csv' ? ['allow_quoted_nulls = false'] : []),
    ...(format === 'json'
      ? [`format = '${options['array'] === true ? 'array' : 'newline_delimited'}'`]
      : []),
    ...shared[format]
      .filter((key) => key in options)
      .map((key) => `${readingName(key)} = ${optionText(options[key] ?? '')}`),
    ...(parts.length === 0 ? [] : ['hive_partitioning = true', `hive_types = ${typesOf(parts)}`]),
  ]
  return `select ${list}\nfrom read_${format}(${all.join(', ')})`
}

/** What COPY and reading call by two names. */
function readingName(key: string): string {
  return key === 'delimiter' ? 'delim' : key
}

function typesOf(columns: readonly Column[]): string {
  const literal = (text: string) => duckdbDialect.literal(text)
  return `{${columns.map(({ name, dataType }) => `${literal(name)}: ${literal(dataType)}`).join(', ')}}`
}

/** No row makes no file. */
function noRows(columns: readonly Column[]): string {
  const cells = columns.map(
    ({ name, dataType }) => `cast(null as ${dataType}) as ${duckdbDialect.quote(name)}`,
  )
  return `select ${cells.join(', ')}\nwhere false`
}

/** Files that are there already and that this model cannot have written are not replaced. */
function refuseOthers({ path, format }: ExternalFile, isFolder: boolean): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!isFolder && found.isDirectory()) {
    throw refusal(`expected a file or nothing at "${path}", found a folder`)
  }
  if (isFolder && !found.isDirectory()) {
    throw refusal(`expected a folder or nothing at "${path}", found a file`)
  }
  const other = isFolder ? filesIn(path).find((name) => !name.endsWith(`.${format}`)) : undefined
  if (other !== undefined) {
    throw refusal(`expected only .${format} files in the folder "${path}", found "${other}"`)
  }
}

function refusal(message: string): DuckdbError {
  const hint = 'move it away, or set another "location"'
  return new DuckdbError({ message, hint, retryable: false }, 'IO')
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
}
