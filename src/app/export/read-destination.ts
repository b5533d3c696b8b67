/** `--to` and its flags to a destination: a file, a folder of files, or another database. */
import { statSync } from 'node:fs'
import { dirname, extname, isAbsolute, resolve } from 'node:path'
import type { ParquetCompression } from '../../core/database/publish-requests.ts'
import { type Diagnostic, errorDiagnostic } from '../../core/diagnostic.ts'
import { failure, type Result, success } from '../../core/result.ts'
import type { Target } from '../../core/target.ts'
import { type FormatName, formatNames } from '../../serve/export/formats/text-format.ts'
import { loadProject } from '../load-project.ts'
import type { Surroundings } from '../surroundings.ts'
import type { ExportOptions } from './export-use-case.ts'

export type Destination = FileDestination | DatabaseDestination

/** How files are written. */
export type FileForm =
  | { readonly format: 'csv' | 'json' | 'jsonl'; readonly isCompressed: boolean }
  | { readonly format: 'parquet'; readonly compression: ParquetCompression }

export interface FileDestination {
  readonly kind: 'files'
  /** Absolute; what is exported lies in it. */
  readonly folder: string
  /** Absolute, of the one relation; undefined: each has the name of its relation. */
  readonly file: string | undefined
  readonly form: FileForm
}

export interface DatabaseDestination {
  readonly kind: 'database'
  readonly target: Target
  readonly schema: string | undefined
}

export async function readDestination(
  options: ExportOptions,
  surroundings: Surroundings,
): Promise<Result<Destination>> {
  const { to, schema } = options
  if (to.startsWith('target:')) return await readTarget(options, surroundings)
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(to)) return failure([remote(to)])
  if (schema !== undefined) throw new Error('--schema goes with target: only')
  const path = isAbsolute(to) ? to : resolve(surroundings.cwd, to)
  const isFolder =
    to.endsWith('/') || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  const named = isFolder ? undefined : formatOf(path)
  if (to === '-') return failure([toScreen()])
  if (!isFolder && named === undefined && extname(path) !== '') return failure([otherFile(to)])
  if (named !== undefined && options.partitionBy.length > 0) return failure([noFolder(to)])
  const looksLikeFile = named !== undefined
  const form = readForm(options, named)
  if (!form.ok) return form
  return success({
    kind: 'files',
    folder: looksLikeFile ? dirname(path) : path,
    file: looksLikeFile ? path : undefined,
    form: form.value,
  })
}

async function readTarget(
  options: ExportOptions,
  surroundings: Surroundings,
): Promise<Result<Destination>> {
  const name = options.to.slice('target:'.length)
  const quiet = { ...surroundings, emit: () => {} }
  const loaded = await loadProject({ ...options, target: name }, quiet)
  if (!loaded.ok) {
    return failure(
      loaded.diagnostics.map((each) => ({
        ...each,
        message: each.message.replace(' from --target or ASSAY_TARGET', ' after target:'),
      })),
    )
  }
  const { target } = loaded.value.manifest.project
  return success({ kind: 'database', target, schema: options.schema })
}

interface NamedFormat {
  readonly format: FormatName
  readonly isCompressed: boolean
  /** `.csv.gz` */
  readonly ending: string
}

/** By its ending; undefined: none that is known. */
function formatOf(path: string): NamedFormat | undefined {
  const isCompressed = extname(path) === '.gz'
  const ending = extname(isCompressed ? path.slice(0, -3) : path)
  const word = ending.slice(1).toLowerCase()
  const format = word === 'ndjson' ? 'jsonl' : formatNames.find((name) => name === word)
  if (format === undefined) return undefined
  return { format, isCompressed, ending: isCompressed ? `${ending}.gz` : ending }
}

function readForm(options: ExportOptions, named: NamedFormat | undefined): Result<FileForm> {
  const format = options.format ?? named?.format ?? 'parquet'
  const { compression } = options
  if (named !== undefined && named.format !== format) {
    return failure([otherEnding(options.to, named, `--format ${format}`)])
  }
  if (format === 'parquet') {
    return named?.isCompressed === true
      ? failure([gzippedParquet(options.to)])
      : success({ format, compression: parquetCompression(compression) })
  }
  if (compression !== undefined && compression !== 'gzip' && !isPlain(compression)) {
    return failure([textCompression(compression, format)])
  }
  if (named?.isCompressed === true && compression !== undefined && isPlain(compression)) {
    return failure([otherEnding(options.to, named, '--compression none')])
  }
  return success({ format, isCompressed: compression === 'gzip' || named?.isCompressed === true })
}

function isPlain(compression: string): boolean {
  return compression === 'none' || compression === 'uncompressed'
}

function parquetCompression(given: ExportOptions['compression']): ParquetCompression {
  return given === 'none' ? 'uncompressed' : (given ?? 'zstd')
}

/** `.csv.gz`: what files of this form end in. */
export function endingOf(form: FileForm): string {
  return `.${form.format}${form.format !== 'parquet' && form.isCompressed ? '.gz' : ''}`
}

function remote(to: string): Diagnostic {
  return errorDiagnostic({
    code: 'export-destination',
    message: `expected a file, a folder or target:<name> for --to, found "${to}"`,
    hint: 'export to a local folder and copy it from there: nothing is renamed into place on the other side',
  })
}

function toScreen(): Diagnostic {
  return errorDiagnostic({
    code: 'export-destination',
    message: 'expected a file, a folder or target:<name> for --to, found "-"',
    hint: 'to print the rows: assay show --select <name> --output csv --limit -1',
  })
}

function noFolder(to: string): Diagnostic {
  return errorDiagnostic({
    code: 'export-destination',
    message: `expected a folder for --partition-by, found the file "${to}"`,
    hint: 'name the folder above, and the format with --format: --to exports/',
  })
}

function otherFile(to: string): Diagnostic {
  return errorDiagnostic({
    code: 'export-destination',
    message: `expected a file that ends in .csv, .json, .jsonl or .parquet, found "${to}"`,
    hint: `a folder of that name: --to ${to}/`,
  })
}

function otherEnding(to: string, { ending }: NamedFormat, found: string): Diagnostic {
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected ${ending.slice(1)} for the file "${to}", found ${found}`,
    hint: 'leave the flag out, or give the file the ending of its format',
  })
}

function gzippedParquet(to: string): Diagnostic {
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected .parquet, found "${to}": a Parquet file is compressed inside`,
    hint: 'for example: --to orders.parquet --compression gzip',
  })
}

function textCompression(compression: string, format: string): Diagnostic {
  return errorDiagnostic({
    code: 'invalid-value',
    message: `expected gzip or none for --compression of ${format}, found "${compression}"`,
    hint: 'snappy and zstd go with --format parquet',
  })
}
