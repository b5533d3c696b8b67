/** Rows as written, in YAML or in a file of `tests/fixtures/`, to a fixture. */
import {
  type Diagnostic,
  errorDiagnostic,
  nearestName,
  type SourceSpan,
} from '../../../core/diagnostic.ts'
import type { Fixture, FixtureFormat, FixtureRow } from '../../../core/node/unit-test.ts'
import type { Project, SourceFile } from '../../read/project.ts'
import type { RowsEntry } from '../../read/properties/property-file.ts'

interface FixtureContext {
  readonly project: Project
  readonly faults: Diagnostic[]
}

/** undefined: refused, and said. */
export function readFixture(context: FixtureContext, entry: RowsEntry): Fixture | undefined {
  const { content, format, span } = entry
  switch (content.kind) {
    case 'none':
      return undefined
    case 'rows':
      return fromRows(context, { rows: content.rows, format, span })
    case 'text':
      return fromText(context, { ...content, format, file: undefined })
    case 'file':
      return fromFile(context, content, format)
  }
}

function fromRows(
  { faults }: FixtureContext,
  entry: {
    readonly rows: readonly FixtureRow[]
    readonly format: FixtureFormat
    readonly span: SourceSpan
  },
): Fixture | undefined {
  const { rows, format, span } = entry
  // No rows are no rows in every format.
  if (format !== 'dict' && rows.length > 0) {
    faults.push(
      errorDiagnostic({
        code: 'invalid-value',
        message: `expected rows of the format ${format} as a text, found a list`,
        span,
        hint:
          format === 'csv' ? 'rows: | and the lines below it' : 'rows: | and the SELECT below it',
      }),
    )
    return undefined
  }
  const columns = (rows[0]?.cells ?? []).map((cell) => cell.column)
  return { kind: 'rows', span, format, file: undefined, columns, rows }
}

interface FixtureText {
  readonly text: string
  readonly span: SourceSpan
  readonly format: FixtureFormat
  readonly file: string | undefined
}

function fromText({ faults }: FixtureContext, entry: FixtureText): Fixture | undefined {
  const { text, span, format, file } = entry
  switch (format) {
    case 'sql':
      return { kind: 'sql', span, format, file, sql: text.trim().replace(/;\s*$/, '') }
    case 'csv':
      return { kind: 'csv', span, format, file, text }
    case 'dict':
      faults.push(
        errorDiagnostic({
          code: 'invalid-value',
          message: 'expected a list of maps as rows, found a text',
          span,
          hint: 'add "format: csv" or "format: sql" if that is what it is',
        }),
      )
      return undefined
  }
}

function fromFile(
  context: FixtureContext,
  { name, span }: { readonly name: string; readonly span: SourceSpan },
  format: FixtureFormat,
): Fixture | undefined {
  const { project, faults } = context
  const ending = format === 'sql' ? 'sql' : 'csv'
  const file = project.fixtures.find(
    ({ path }) =>
      path.endsWith(`.${ending}`) && (nameOf(path) === name || path.endsWith(`/${name}`)),
  )
  if (file === undefined) {
    faults.push(noFile(project.fixtures, { name, span, ending }))
    return undefined
  }
  if (format === 'dict') {
    faults.push(
      errorDiagnostic({
        code: 'missing-key',
        message: `expected "format: csv" beside the fixture "${name}", found none`,
        span,
      }),
    )
    return undefined
  }
  const place = { path: file.path, line: 1, column: 1, length: 1 }
  return fromText(context, { text: file.text, span: place, format, file: name })
}

function noFile(
  files: readonly SourceFile[],
  wanted: { readonly name: string; readonly span: SourceSpan; readonly ending: string },
): Diagnostic {
  const nearest = nearestName(
    wanted.name,
    files.filter(({ path }) => path.endsWith(`.${wanted.ending}`)).map(({ path }) => nameOf(path)),
  )
  return errorDiagnostic({
    code: 'unresolved-ref',
    message: `expected a file tests/fixtures/${wanted.name}.${wanted.ending}, found none`,
    span: wanted.span,
    hint: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
  })
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '')
}
