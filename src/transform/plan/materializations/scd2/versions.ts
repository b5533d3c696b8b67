/** Events to versions: one for each change of a tracked column, from its moment to that of the next. */
import type { Dialect } from '../../../../core/dialect.ts'
import type { Materialization } from '../../../../core/node.ts'
import type { Column, Relation } from '../../../../core/relation.ts'
import { withoutEquality } from '../materialization.ts'

export type Scd2 = Extract<Materialization, { readonly name: 'scd2' }>

export interface EventTable {
  readonly scd2: Scd2
  readonly events: Relation
  /** Of the events; empty where a plan cannot know them. */
  readonly columns: readonly Column[]
}

export function outputColumns({
  uniqueKey,
  trackedColumns,
  surrogateKey,
}: Pick<Scd2, 'uniqueKey' | 'trackedColumns' | 'surrogateKey'>): readonly string[] {
  return [...uniqueKey, ...trackedColumns, 'valid_from', 'valid_to', 'is_current', surrogateKey]
}

export function hasItsColumns(scd2: Scd2, columns: readonly Column[]): boolean {
  const names = columns.map((column) => column.name)
  return JSON.stringify(names) === JSON.stringify(outputColumns(scd2))
}

export function versionsOf(dialect: Dialect, table: EventTable): string {
  const { scd2, events } = table
  const quoted = (names: readonly string[]) => names.map((name) => dialect.quote(name))
  const keys = quoted(scd2.uniqueKey).join(', ')
  const cells = quoted([...scd2.uniqueKey, ...scd2.trackedColumns]).join(', ')
  const begins = beginsAt(dialect, table)
  const last = [scd2.effectiveAt, ...scd2.tieBreaker].map((name) => `${dialect.quote(name)} desc`)
  const line = `partition by ${keys} order by valid_from`
  const differs = comparable(dialect, table).map(
    (cell) => `${cell} is distinct from lag(${cell}) over (${line})`,
  )
  const parts = [...quoted(scd2.uniqueKey), 'valid_from'].map((part) => `cast(${part} as text)`)
  return `with states as (
  select ${cells}, ${begins} as valid_from,
    row_number() over (partition by ${keys}, ${begins} order by ${last.join(', ')}) as place
  from ${dialect.relation(events)}
), changes as (
  select ${cells}, valid_from,
    row_number() over (${line}) = 1
      or ${differs.join('\n      or ')} as is_change
  from states
  where place = 1
)
select ${cells}, valid_from,
  lead(valid_from) over (${line}) as valid_to,
  lead(valid_from) over (${line}) is null as is_current,
  md5(${parts.join(" || '|' || ")}) as ${dialect.quote(scd2.surrogateKey)}
from changes
where is_change`
}

/** With grain `day` a version begins with its day, and has what the day ended with. */
function beginsAt(dialect: Dialect, { scd2, columns }: EventTable): string {
  const name = dialect.quote(scd2.effectiveAt)
  if (scd2.versionGrain === 'change') return name
  const type = columns.find((column) => column.name === scd2.effectiveAt)?.dataType ?? 'timestamp'
  return `cast(cast(${name} as date) as ${type})`
}

/** Tracked columns in a form that has an equality. */
export function comparable(dialect: Dialect, { scd2, columns }: EventTable): readonly string[] {
  return scd2.trackedColumns.map((name) => {
    const type = columns.find((column) => column.name === name)?.dataType ?? ''
    return withoutEquality.test(type) ? `cast(${dialect.quote(name)} as text)` : dialect.quote(name)
  })
}
