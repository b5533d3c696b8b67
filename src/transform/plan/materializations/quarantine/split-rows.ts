/** The SELECT of a model to its candidate: all rows, or with a quarantine those without fault, the others beside it. */
import type { Dialect } from '../../../../core/dialect.ts'
import type { Relation } from '../../../../core/relation.ts'
import type { Step } from '../../publish-unit.ts'
import { createTable } from '../../contracts/create-table.ts'
import { candidateOf, type MaterializationInput } from '../materialization.ts'
import type { QuarantineInput } from './quarantine-input.ts'

/** Behind the model's own columns. */
export const quarantineColumns = {
  reasons: 'quarantine_reasons',
  runId: 'quarantine_run_id',
  at: 'quarantined_at',
} as const

/** All rows of a build, for as long as it is told from them what they replace. */
export function allRowsOf(relation: Relation): Relation {
  return { ...relation, identifier: `${relation.identifier}__assay_all` }
}

/** Those at fault, before they go to the quarantine. */
export function faultyRowsOf(relation: Relation): Relation {
  return { ...relation, identifier: `${relation.identifier}__assay_bad` }
}

/** The batch or candidate as the model's SQL gives it: keys of rows that are replaced are read from it. */
export function givenRowsOf({
  relation,
  quarantine,
}: Pick<MaterializationInput, 'relation' | 'quarantine'>): Relation {
  return quarantine === undefined ? candidateOf(relation) : allRowsOf(relation)
}

/** Splits by creating two tables: DuckDB cannot rename a table in the transaction that deleted rows of it. */
export function buildRows(
  input: MaterializationInput,
  held: { readonly isConstrained: boolean },
): readonly Step[] {
  const { relation, buildFrom, dialect, quarantine } = input
  const candidate = candidateOf(relation)
  if (quarantine === undefined) return createTable(input, candidate, held)
  const all = allRowsOf(relation)
  const from = `from ${dialect.relation(all)} as tested`
  const isGood = quarantine.rules.map(({ condition }) => `(${condition}) is not true`)
  const good = `select tested.*\n${from}\nwhere ${isGood.join('\n  and ')}`
  const map = buildFrom.map.slice(0, 1).map((segment) => ({ ...segment, isLiteral: false }))
  const split = { ...input, buildFrom: { ...buildFrom, sql: good, map } }
  return [
    ...uncounted(createTable(input, all, { isConstrained: false })),
    ...createTable(split, candidate, held),
    {
      kind: 'statement',
      purpose: 'set aside',
      sql: dialect.createTableAs(faultyRowsOf(relation), faultyRows(dialect, quarantine, from)),
      countsRows: false,
    },
  ]
}

/** Only what is published is counted. */
function uncounted(steps: readonly Step[]): readonly Step[] {
  return steps.map((step) => {
    if (step.kind === 'statement') return { ...step, countsRows: false }
    return step.kind === 'contract'
      ? { ...step, build: (columns) => uncounted(step.build(columns)) }
      : step
  })
}

function faultyRows(dialect: Dialect, { rules, runId, at }: QuarantineInput, from: string): string {
  const isBad = rules.map(({ condition }) => `(${condition})`)
  const reasons = rules.map(
    ({ name, condition }) => `    case when ${condition} then ${dialect.literal(name)} end`,
  )
  return `select
  tested.*,
  concat_ws(
    ', ',
${reasons.join(',\n')}
  ) as ${dialect.quote(quarantineColumns.reasons)},
  cast(${dialect.literal(runId)} as text) as ${dialect.quote(quarantineColumns.runId)},
  cast(${dialect.literal(at)} as timestamp with time zone) as ${dialect.quote(quarantineColumns.at)}
${from}
where ${isBad.join('\n  or ')}`
}

/** The rows of a quarantine that a test is a reason for. */
export function rowsBecauseOf(dialect: Dialect, quarantine: Relation, test: string): string {
  const reasons = `concat(', ', ${dialect.quote(quarantineColumns.reasons)}, ', ')`
  return `select *
from ${dialect.relation(quarantine)}
where strpos(${reasons}, ${dialect.literal(`, ${test}, `)}) > 0`
}
