/** SQL of several statements to each with its own map, and which of them a transaction that is under way does not bear. */
import type { SegmentMap } from '../../../project/template/template.ts'
import { outlineSql } from '../sql/sql-text.ts'

export interface MappedStatement {
  readonly sql: string
  readonly map: SegmentMap
}

/** Without semicolons; what is blank is left out. */
export function splitStatements({ sql, map }: MappedStatement): readonly MappedStatement[] {
  const { semicolons } = outlineSql(sql)
  const ends = [...semicolons, sql.length]
  return ends.flatMap((end, index) => {
    const from = index === 0 ? 0 : (semicolons[index - 1] ?? 0) + 1
    const text = sql.slice(from, end)
    const { start, end: last } = outlineSql(text)
    if (start < 0) return []
    return [{ sql: text.slice(start, last), map: mapFrom(map, from + start) }]
  })
}

/** The map of what begins at `offset`. */
function mapFrom(map: SegmentMap, offset: number): SegmentMap {
  return map.flatMap((segment, index) => {
    const next = map[index + 1]?.start
    if (next !== undefined && next <= offset) return []
    const start = segment.start - offset
    if (start >= 0 || !segment.isLiteral) return [{ ...segment, start: Math.max(0, start) }]
    const span = { ...segment.span, column: segment.span.column - start }
    return [{ ...segment, start: 0, span: { ...span, length: Math.max(1, span.length + start) } }]
  })
}

const control = /^(?:begin|start\s+transaction|commit|rollback|abort|end|savepoint|release)\b/i

/** Its first word: what begins or ends a transaction, or part of one. */
export function controlsTransaction(sql: string): boolean {
  return control.test(sql)
}
