/** `--empty`, `--sample` and batches: what a model reads becomes a CTE with fewer rows, which works with and without an alias. */
import type { Dialect } from '../../../core/dialect.ts'
import { type InputLimit, inWindow } from '../../../core/time/event-window.ts'
import { configSpan } from '../../../core/node/config-places.ts'
import { isInlined, type Node } from '../../../core/node.ts'
import type { Relation } from '../../../core/relation.ts'
import type { RelationValue } from '../../../project/template/template.ts'
import type { CommonTable } from './common-tables.ts'

type Readable = Extract<Node, { readonly relation: Relation }>

export interface LimitedInput {
  readonly node: Readable
  /** Where its rows are. */
  readonly from: RelationValue
  /** The text of the templates that read it: a name that they define is not taken. */
  readonly readerText: string
  readonly limit: InputLimit | undefined
}

/** Adds the CTE where there is to be one; gives what stands in for the input. */
export function limitInput(
  dialect: Dialect,
  input: LimitedInput,
  tables: CommonTable[],
): RelationValue {
  const condition = conditionOf(dialect, input)
  if (condition === undefined) return input.from
  const sql = `select *\nfrom ${input.from.text}\nwhere ${condition}`
  const known = tables.find((table) => table.sql === sql)
  const name = known?.name ?? freeName(input, tables)
  if (known === undefined) {
    const of = { span: input.node.span, isLiteral: false, callers: [] }
    const { name: inputName, eventTime = '' } = input.node
    const says = `expected "event_time" to name a column of "${inputName}", found "${eventTime}"`
    const map = [
      { ...of, start: 0 },
      {
        ...of,
        span: configSpan(input.node, 'event_time'),
        start: sql.length - condition.length,
        says,
      },
    ]
    tables.push({ name, sql, map, isInlined: true })
  }
  return { ...input.from, text: dialect.quote(name) }
}

/** What an ephemeral model reads is limited in its place, unless it says itself when its rows happened. */
function conditionOf(dialect: Dialect, { node, limit }: LimitedInput): string | undefined {
  switch (limit?.kind) {
    case undefined:
      return undefined
    case 'none':
      return isInlined(node) ? undefined : 'false'
    case 'window':
      return node.eventTime === undefined
        ? undefined
        : inWindow(dialect.quote(node.eventTime), limit.window, (text) => dialect.literal(text))
  }
}

/** The name of the table itself, so that its columns can be named as before: `from {{ref "orders"}} where orders.id = 1`. */
function freeName({ node, readerText }: LimitedInput, tables: readonly CommonTable[]): string {
  const { identifier } = node.relation
  const isDefined = new RegExp(
    `(?:^|[^\\w$])"?${escaped(identifier)}"?\\s*(?:\\([^()]*\\)\\s*)?as\\s+(?:not\\s+)?(?:materialized\\s*)?\\(|(?:^|[^\\w$])"?${escaped(identifier)}"?\\s*(?:\\([^()]*\\)\\s*)?as\\(`,
    'i',
  ).test(readerText)
  const isTaken = tables.some(({ name }) => name.toLowerCase() === identifier.toLowerCase())
  if (!isDefined && !isTaken) return identifier
  return `__assay__input__${node.uniqueId.split('.').slice(2).join('__')}`
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
