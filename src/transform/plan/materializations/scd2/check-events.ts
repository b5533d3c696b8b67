/** What must hold of events before versions are made of them: their columns, keys and moments, and one state a moment. */
import { type Diagnostic, errorDiagnostic, nearestName } from '../../../../core/diagnostic.ts'
import type { Dialect } from '../../../../core/dialect.ts'
import type { Column } from '../../../../core/relation.ts'
import type { Step } from '../../publish-unit.ts'
import { comparable, type EventTable, type Scd2 } from './versions.ts'

export function checkEvents(scd2: Scd2, columns: readonly Column[]): readonly Diagnostic[] {
  const names = columns.map((column) => column.name)
  const asked = [
    ...scd2.uniqueKey.map((name) => ['unique_key', name] as const),
    ...scd2.trackedColumns.map((name) => ['tracked_columns', name] as const),
    ['effective_at', scd2.effectiveAt] as const,
    ...scd2.tieBreaker.map((name) => ['tie_breaker', name] as const),
  ]
  return asked
    .filter(([, name]) => !names.includes(name))
    .map(([key, name]) => {
      const near = nearestName(name, names)
      return errorDiagnostic({
        code: 'invalid-value',
        message: `expected "${key}" to name columns of the SELECT, found "${name}"`,
        config: key,
        hint: near === undefined ? undefined : `did you mean "${near}"?`,
      })
    })
}

const shown = 5

export function eventChecks(dialect: Dialect, table: EventTable): readonly Step[] {
  const { scd2, events } = table
  const quote = (name: string) => dialect.quote(name)
  const titles = scd2.uniqueKey.map((name) => `"${name}"`).join(', ')
  const isNull = scd2.uniqueKey.map((name) => `${quote(name)} is null`).join(' or ')
  const from = `from ${dialect.relation(events)}`
  const moment = [...scd2.uniqueKey, scd2.effectiveAt, ...scd2.tieBreaker].map(quote).join(', ')
  const states = comparable(dialect, table).map((cell, index) => `${cell} as state_${index + 1}`)
  return [
    {
      kind: 'refuse-rows',
      code: 'null-key',
      configs: ['unique_key'],
      sql: `select *\n${from}\nwhere ${isNull}\nlimit ${shown}`,
      message: `expected no NULL in the unique key (${titles}), found`,
      hint: 'filter such events out, or give them a key',
    },
    {
      kind: 'refuse-rows',
      code: 'null-updated-at',
      configs: ['effective_at'],
      sql: `select *\n${from}\nwhere ${quote(scd2.effectiveAt)} is null\nlimit ${shown}`,
      message: `expected a value in "effective_at" (${scd2.effectiveAt}) of every event, found`,
      hint: 'filter such events out, or say in the SELECT since when they hold',
    },
    {
      kind: 'refuse-rows',
      code: 'conflicting-versions',
      configs: ['tie_breaker', 'effective_at'],
      sql: `select ${moment}, count(*) as n_states
from (select distinct ${moment}, ${states.join(', ')} ${from}) as assay_states
group by ${moment}
having count(*) > 1
order by count(*) desc, ${moment}
limit ${shown}`,
      message: 'expected one state of a key at a moment, found several at',
      hint: 'name columns of the events that say which of them came last: tie_breaker="event_number"',
    },
  ]
}
