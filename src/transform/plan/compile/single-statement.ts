/** Rendered SQL to one statement, or to what is wrong with it. */
import { errorDiagnostic } from '../../../core/diagnostic.ts'
import { failure, type Result, success } from '../../../core/result.ts'
import { locate } from '../../../project/template/segment-map.ts'
import { outlineSql } from '../sql/sql-text.ts'
import type { SqlText } from './common-tables.ts'

/** One statement, its trailing semicolon dropped; a leading comment is kept. */
export function singleStatement(text: SqlText): Result<SqlText> {
  const outline = outlineSql(text.sql)
  if (outline.unclosedComment >= 0) return unclosedComment(text, outline.unclosedComment)
  if (outline.start < 0) return success({ sql: '', map: text.map })
  const inner = outline.semicolons.find((offset) => offset < outline.end)
  if (inner === undefined) return success({ sql: text.sql.slice(0, outline.end), map: text.map })
  const place = locate(text.map, inner)
  return failure([
    errorDiagnostic({
      code: 'several-statements',
      message: 'expected one SELECT, found a second statement behind ";"',
      span: place?.span,
      hint: 'a model is one SELECT; move the other statement to a model of its own',
      ...(place === undefined ? {} : { related: place.related }),
    }),
  ])
}

/** What follows it would be taken for a comment, and the rest of the model be gone without a word. */
function unclosedComment(text: SqlText, offset: number): Result<SqlText> {
  const place = locate(text.map, offset)
  return failure([
    errorDiagnostic({
      code: 'unclosed-comment',
      message: 'expected "*/" behind "/*", found the end of the file',
      span: place?.span,
      ...(place === undefined ? {} : { related: place.related }),
    }),
  ])
}
