/** Whether a hook's statement may change the rows of its own node, as far as its beginning tells. */
import { outlineSql } from '../sql/sql-text.ts'

/** No row is another one after it. */
const harmless =
  /^(?:grant|revoke|comment|analyze|vacuum|checkpoint|create\s+(?:unique\s+)?index|create\s+(?:schema|role)|set|reset)\b/i
const writing =
  /^(?:insert\s+into|update|delete\s+from|merge\s+into|truncate(?:\s+table)?|copy)\s+([^\s(]+)/i

/** What the statement begins by writing to, as written; undefined: something else, or nothing. */
export function writtenTo(sql: string): string | undefined {
  return writing.exec(sql)?.[1]
}

/** `isOwn`: what names the node's relation. A template is taken as it is written. */
export function mayChangeRows(sql: string, isOwn: (written: string) => boolean): boolean {
  const { start } = outlineSql(sql)
  const text = start < 0 ? '' : sql.slice(start)
  if (text === '' || harmless.test(text)) return false
  const written = writtenTo(text)
  return written === undefined || isOwn(written)
}
