/** The lines of a `create table` to its statement, each leading back to the YAML that it comes from. */
import type { SourceSpan } from '../../../core/diagnostic.ts'
import type { Segment } from '../../../project/template/template.ts'
import type { StatementOrigin } from '../publish-unit.ts'

export interface ContractLine {
  readonly sql: string
  readonly span: SourceSpan
  /** What a fault in it means; undefined: the database says enough. */
  readonly says: string | undefined
}

export function createStatement(
  head: string,
  lines: readonly ContractLine[],
): { readonly sql: string; readonly origin: StatementOrigin } {
  const map: Segment[] = []
  let sql = `${head} (`
  for (const [index, line] of lines.entries()) {
    const { span, says } = line
    sql += `${index === 0 ? '' : ','}\n  `
    const segment = { start: sql.length, span, isLiteral: false, callers: [] }
    map.push(says === undefined ? segment : { ...segment, says })
    sql += line.sql
  }
  return { sql: `${sql}\n)`, origin: { start: 0, map } }
}
