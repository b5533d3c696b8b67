/** `external_location` of a source to what stands in SQL in place of its table: a file, or a function that reads files. */
import { isAbsolute, join } from 'node:path'
import { type Diagnostic, errorDiagnostic } from '../../../core/diagnostic.ts'
import { isJsonObject } from '../../../core/json.ts'
import type { Relation } from '../../../core/relation.ts'
import type { Project } from '../../read/project.ts'
import { type ConfigEntries, scalarText } from '../resolve-config.ts'

export interface ExternalInput {
  readonly project: Pick<Project, 'root' | 'target'>
  readonly config: ConfigEntries
  readonly sourceName: string
  readonly tableName: string
  readonly relation: Relation
}

/** As a config it is an error where files cannot be read; as `meta` it means nothing there, as in dbt. */
export function externalLocationOf(input: ExternalInput, faults: Diagnostic[]): string | undefined {
  const { config, project } = input
  const declared = config['external_location']
  const meta = config['meta']?.value
  const inMeta = isJsonObject(meta) ? meta['external_location'] : undefined
  const written = declared?.value ?? inMeta
  if (typeof written !== 'string' || written === '') return undefined
  if (project.target.type !== 'duckdb') {
    if (declared === undefined) return undefined
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected a source that is a table, found "external_location", which DuckDB reads and ${project.target.type} does not`,
        span: declared.span,
        hint: `load the files into ${input.relation.schema}.${input.relation.identifier}, or give the location as "meta", which other databases leave alone`,
      }),
    )
    return undefined
  }
  const arrival = config['arrival_column']
  if (arrival !== undefined && arrival.value !== null) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected "arrival_column" on a table, found it on files (${scalarText(written)})`,
        span: arrival.span,
        hint: 'files may be replaced under their name: copy them into an appending model, and follow that',
      }),
    )
  }
  return sqlOf(filled(written, input), project.root)
}

/** `{name}`, `{identifier}`, `{schema}` and `{source_name}`, as dbt-duckdb fills them in. */
function filled(text: string, { sourceName, tableName, relation }: ExternalInput): string {
  const values: Readonly<Record<string, string>> = {
    name: tableName,
    identifier: relation.identifier,
    schema: relation.schema,
    source_name: sourceName,
  }
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}

/** A path is quoted; a call, or what is quoted already, stays as it is but for paths that begin at the project. */
function sqlOf(text: string, root: string): string {
  const call = /^(\s*\w+\s*\(\s*)(\[[^\]]*\]|'(?:[^']|'')*')/.exec(text)
  if (call !== null) {
    const [whole, head = '', files = ''] = call
    return `${head}${placed(files, root)}${text.slice(whole.length)}`
  }
  if (text.includes('(')) return text
  return placed(text.startsWith("'") ? text : `'${text.replaceAll("'", "''")}'`, root)
}

/** Every quoted path in the text, from the project's folder where it is relative. */
function placed(text: string, root: string): string {
  return text.replaceAll(/'((?:[^']|'')*)'/g, (whole, path: string) =>
    isAbsolute(path) || /^[a-z][\w+.-]*:/i.test(path)
      ? whole
      : `'${join(root.replaceAll("'", "''"), path)}'`,
  )
}
