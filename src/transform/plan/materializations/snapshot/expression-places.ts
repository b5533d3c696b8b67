/** Statements of a snapshot with what of them is an expression of its config, so that a fault of one is said as that. */
import { configSpan } from '../../../../core/node/config-places.ts'
import type { Column } from '../../../../core/relation.ts'
import type { SegmentMap } from '../../../../project/template/template.ts'
import type { StatementOrigin, Step } from '../../publish-unit.ts'
import type { SnapshotInput } from './snapshot-input.ts'

interface ConfigExpression {
  readonly key: string
  readonly text: string
}

export function withExpressionPlaces(
  input: SnapshotInput,
  columns: readonly Column[],
  steps: readonly Step[],
): readonly Step[] {
  const expressions = expressionsOf(input, columns)
  return steps.map((step) => {
    if (step.kind !== 'statement' && step.kind !== 'refuse-rows') return step
    if (step.origin !== undefined) return step
    const origin = originOf(input, expressions, step.sql)
    return origin === undefined ? step : { ...step, origin }
  })
}

/** What is no column is one, as in dbt. */
function expressionsOf(
  { node: { uniqueKey, strategy, validToCurrent } }: SnapshotInput,
  columns: readonly Column[],
): readonly ConfigExpression[] {
  const isColumn = (text: string) => columns.some(({ name }) => name === text)
  const { updatedAt } = strategy
  const inParentheses = [
    ...uniqueKey.map((text) => ({ key: 'unique_key', text })),
    ...(updatedAt === undefined ? [] : [{ key: 'updated_at', text: updatedAt }]),
  ].filter(({ text }) => !isColumn(text))
  return [
    ...inParentheses.map(({ key, text }) => ({ key, text: `(${text})` })),
    ...(validToCurrent === undefined
      ? []
      : [{ key: 'dbt_valid_to_current', text: validToCurrent }]),
  ]
}

/** undefined: the statement has none of them. */
function originOf(
  { node }: SnapshotInput,
  expressions: readonly ConfigExpression[],
  sql: string,
): StatementOrigin | undefined {
  const plain = { span: node.span, isLiteral: false, callers: [] }
  const found = expressions.flatMap(({ key, text }) => {
    const written = text.replace(/^\(([^]*)\)$/, '$1')
    const says = `expected SQL over the columns of the query as "${key}", found "${written}"`
    return occurrences(sql, text).flatMap((start) => [
      { ...plain, span: configSpan(node, key), start, says },
      { ...plain, start: start + text.length },
    ])
  })
  if (found.length === 0) return undefined
  const map: SegmentMap = [{ ...plain, start: 0 }, ...found].toSorted((a, b) => a.start - b.start)
  return { start: 0, map }
}

function occurrences(sql: string, text: string): readonly number[] {
  const found: number[] = []
  for (let at = sql.indexOf(text); at >= 0; at = sql.indexOf(text, at + text.length)) found.push(at)
  return found
}
