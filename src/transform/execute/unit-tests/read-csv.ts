/** The CSV of a fixture to rows: a header, and an empty cell is NULL. */
import { CsvError, parse } from 'csv-parse/sync'
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import type { Fixture, FixtureRow } from '../../../core/node/unit-test.ts'

export interface CsvRows {
  readonly columns: readonly string[]
  readonly rows: readonly FixtureRow[]
}

export function readCsv({
  text,
  span,
  file,
}: Extract<Fixture, { readonly kind: 'csv' }>): Result<CsvRows> {
  // Text below `rows: |` begins on the next line; a file on its first.
  const before = file === undefined ? span.line : span.line - 1
  const at = (line: number) => ({ ...span, line: before + line, column: 1, length: 1 })
  const fault = (line: number, message: string, hint?: string) =>
    errorDiagnostic({ code: 'invalid-csv', message, span: at(line), hint })
  try {
    const records: { readonly record: readonly string[]; readonly line: number }[] = []
    parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      ltrim: true,
      on_record: (record, { lines }) => {
        records.push({ record, line: lines })
        return null
      },
    })
    const [header, ...body] = records
    if (header === undefined) return success({ columns: [], rows: [] })
    const columns = header.record.map((name) => name.trim())
    const wrong = body.filter(({ record }) => record.length !== columns.length)
    if (wrong.length > 0) {
      return failure(
        wrong.map(({ record, line }) =>
          fault(
            line,
            `expected ${columns.length} fields (${columns.join(', ')}), found ${record.length}`,
          ),
        ),
      )
    }
    const rows = body.map(({ record, line }): FixtureRow => {
      const cells = columns.map((column, index) => cellFrom(column, record[index] ?? ''))
      return { span: at(line), cells }
    })
    return success({ columns, rows })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return failure([
      fault(1, 'expected well-formed CSV', 'see the quotes: a field is quoted whole'),
    ])
  }
}

function cellFrom(column: string, text: string): FixtureRow['cells'][number] {
  return text === '' ? { column, text: null, written: 'null' } : { column, text, written: 'plain' }
}
