/** A table that changes in place, and what snapshots of it must hold: a version for each change, ended or marked where rows are gone. */
import type { ExpectedRelation } from '../relations.ts'

const customers = 8

interface Customer {
  readonly id: number
  readonly plan: number
  /** The version since which it has this plan. */
  readonly changedIn: number
}

/** Every customer changes in every other version, and is away in every fifth. */
function customersAt(version: number): readonly Customer[] {
  const ids = Array.from({ length: customers }, (_, index) => index + 1)
  return ids
    .filter((id) => (id * 3 + version) % 5 !== 0)
    .map((id) => {
      const changedIn = (version + id) % 2 === 0 ? version : version - 1
      return { id, plan: Math.floor((version + id) / 2) % 3, changedIn }
    })
}

export const customerTables = [
  'create schema if not exists raw',
  'drop table if exists raw.customers',
  'create table raw.customers (id bigint not null, plan bigint not null, updated_at timestamp not null)',
]

export function changesOf(version: number): readonly string[] {
  const values = customersAt(version).map(
    ({ id, plan, changedIn }) =>
      `(${id}, ${plan}, timestamp '2026-01-01 00:00:00' + ${changedIn} * interval '1 hour')`,
  )
  return [
    'delete from raw.customers',
    `insert into raw.customers (id, plan, updated_at) values ${values.join(', ')}`,
  ]
}

interface Version {
  readonly id: number
  readonly plan: number
  readonly changedIn: number
  readonly isDeleted: boolean
  readonly isCurrent: boolean
}

type Mode = 'ignore' | 'invalidate' | 'new_record'

/** Of a snapshot taken of each version. */
function historyAt(version: number, mode: Mode, strategy: 'timestamp' | 'check') {
  let history: readonly Version[] = []
  for (let at = 1; at <= version; at += 1) {
    const here = new Map(customersAt(at).map((customer) => [customer.id, customer]))
    const isChanged = (old: Version, now: Customer) =>
      strategy === 'timestamp' ? now.changedIn > old.changedIn : now.plan !== old.plan
    const opened: Version[] = []
    const kept = history.map((old): Version => {
      if (!old.isCurrent) return old
      const now = here.get(old.id)
      const ended = { ...old, isCurrent: false }
      if (now === undefined) {
        if (mode === 'ignore' || old.isDeleted) return old
        if (mode === 'new_record') opened.push({ ...old, isDeleted: true })
        return ended
      }
      if (!old.isDeleted && !isChanged(old, now)) return old
      opened.push({ ...now, isDeleted: false, isCurrent: true })
      return ended
    })
    const current = new Set(history.filter(({ isCurrent }) => isCurrent).map(({ id }) => id))
    for (const now of here.values()) {
      if (!current.has(now.id)) opened.push({ ...now, isDeleted: false, isCurrent: true })
    }
    history = [...kept, ...opened]
  }
  return history
}

const current = 'case when dbt_valid_to is null then 1 else 0 end'

function snapshot(name: string, mode: Mode, strategy: 'timestamp' | 'check'): ExpectedRelation {
  const deleted =
    mode === 'new_record'
      ? `case when lower(cast(dbt_is_deleted as text)) = 'true' then 1 else 0 end`
      : '0'
  return {
    name: `history.${name}`,
    columns: [],
    sql: `select id, plan, ${deleted}, ${current} from history.${name}`,
    isView: false,
    rows: (_, version) =>
      historyAt(version, mode, strategy).map(({ id, plan, isDeleted, isCurrent }) => [
        id,
        plan,
        isDeleted ? 1 : 0,
        isCurrent ? 1 : 0,
      ]),
  }
}

/** One for each way to treat rows that are gone, and one that compares columns. */
export const historyRelations: readonly ExpectedRelation[] = [
  snapshot('customers_kept', 'ignore', 'timestamp'),
  snapshot('customers_ended', 'invalidate', 'timestamp'),
  snapshot('customers_marked', 'new_record', 'timestamp'),
  snapshot('customers_checked', 'new_record', 'check'),
]

export const historyFiles = {
  'models/snapshots.yml': `snapshots:
  - name: customers_kept
    relation: source('growth', 'customers')
    config: { strategy: timestamp, updated_at: updated_at }
    columns: [{ name: dbt_scd_id, data_tests: [unique, not_null] }]
  - name: customers_ended
    relation: source('growth', 'customers')
    config: { strategy: timestamp, updated_at: updated_at, hard_deletes: invalidate }
  - name: customers_marked
    relation: source('growth', 'customers')
    config: { strategy: timestamp, updated_at: updated_at, hard_deletes: new_record }
  - name: customers_checked
    relation: source('growth', 'customers')
    config: { strategy: check, check_cols: [plan], hard_deletes: new_record }
`,
} as const
