/** What each relation of the project must hold, worked out from the raw rows in another way than the models do. */
import { type RawRow, rowsUpTo } from './raw-rows.ts'

export interface ExpectedRelation {
  readonly name: string
  readonly columns: readonly string[]
  /** Its rows with all that has arrived up to `batch`, made by the build of this `version`. */
  rows(batch: number, version: number): readonly (readonly number[])[]
  /** A view shows what its inputs hold now, with the version of the build that made it. */
  readonly isView: boolean
  /** What is read instead of its columns. */
  readonly sql?: string
  /** A file of the project is read instead, in CSV with a header. */
  readonly file?: string
  /** The ledger does not count it as a publication of its own. */
  readonly isUncounted?: boolean
  /** A folder is away for a moment when it is replaced. */
  readonly isFolder?: boolean
  /** What it may hold besides the state before and the state after. */
  between?(before: number, after: number): readonly (readonly (readonly number[])[])[]
}

const plansEach = 3

/** The seed's cells, a new set with every version. */
export function planRows(version: number): readonly (readonly number[])[] {
  return Array.from({ length: plansEach }, (_, plan) => [plan, version * 10 + plan])
}

function groupBy(
  rows: readonly RawRow[],
  key: (row: RawRow) => readonly number[],
): readonly { readonly key: readonly number[]; readonly rows: readonly RawRow[] }[] {
  const groups = new Map<string, { key: readonly number[]; rows: RawRow[] }>()
  for (const row of rows) {
    const values = key(row)
    const group = groups.get(values.join()) ?? { key: values, rows: [] }
    groups.set(values.join(), group)
    group.rows.push(row)
  }
  return [...groups.values()]
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

function userDays(batch: number): readonly (readonly number[])[] {
  return groupBy(rowsUpTo(batch), (row) => [row.userId, row.eventDay]).map(({ key, rows }) => [
    ...key,
    rows.length,
    sum(rows.map((row) => row.amount)),
    new Set(rows.map((row) => row.orderId)).size,
  ])
}

/** For each user the count and the sum of all that has arrived. */
export function sumsByUser(batch: number): readonly (readonly number[])[] {
  return groupBy(rowsUpTo(batch), (row) => [row.userId]).map(({ key, rows }) => [
    ...key,
    rows.length,
    sum(rows.map((row) => row.amount)),
  ])
}

export const relations: readonly ExpectedRelation[] = [
  {
    name: 'seeds.plans',
    columns: ['plan_id', 'price'],
    isView: false,
    rows: (_, version) => planRows(version),
  },
  {
    name: 'staging.stg_events',
    columns: ['id', 'user_id', 'order_id', 'amount', 'event_day', 'batch', '_load_seq', 'version'],
    isView: true,
    rows: (batch, version) =>
      rowsUpTo(batch).map((row) => [
        row.id,
        row.userId,
        row.orderId,
        row.amount,
        row.eventDay,
        row.batch,
        row.loadSeq,
        version,
      ]),
  },
  {
    name: 'silver.user_totals',
    columns: ['user_id', 'n', 'amount', 'price', 'version'],
    isView: false,
    rows: (batch, version) =>
      groupBy(rowsUpTo(batch), (row) => [row.userId]).map(({ key: [user = 0], rows }) => [
        user,
        rows.length,
        sum(rows.map((row) => row.amount)),
        version * 10 + (user % plansEach),
        version,
      ]),
  },
  {
    name: 'silver.event_log',
    columns: ['id', 'user_id', 'amount', 'batch', '_load_seq'],
    isView: false,
    rows: (batch) =>
      rowsUpTo(batch).map((row) => [row.id, row.userId, row.amount, row.batch, row.loadSeq]),
  },
  {
    name: 'silver.last_orders',
    columns: ['order_id', 'amount', '_load_seq'],
    isView: false,
    rows: (batch) =>
      groupBy(rowsUpTo(batch), (row) => [row.orderId]).map(({ key, rows }) => {
        const last = rows.reduce((a, b) => (b.loadSeq > a.loadSeq ? b : a))
        return [...key, last.amount, last.loadSeq]
      }),
  },
  {
    name: 'silver.user_days',
    columns: ['user_id', 'event_day', 'n', 'amount', 'orders'],
    isView: false,
    rows: (batch) => userDays(batch),
  },
  {
    name: 'gold.day_totals',
    columns: ['event_day', 'users', 'n', 'amount'],
    isView: false,
    rows: (batch) =>
      groupBy(rowsUpTo(batch), (row) => [row.eventDay]).map(({ key, rows }) => [
        ...key,
        new Set(rows.map((row) => row.userId)).size,
        rows.length,
        sum(rows.map((row) => row.amount)),
      ]),
  },
  {
    name: 'gold.report',
    columns: ['user_id', 'event_day', 'n', 'version'],
    isView: true,
    rows: (batch, version) =>
      userDays(batch).map(([user = 0, day = 0, n = 0]) => [user, day, n, version]),
  },
]

/** One text for a set of rows, in whatever order they came. */
export function textOf(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows
    .map((row) => row.join('|'))
    .sort()
    .join('\n')
}

export const absent = 'absent'

/** What a relation may hold while version `after` is built over version `before`; 0: before there was any. */
export function allowedStates(
  relation: ExpectedRelation,
  { before, after }: { readonly before: number; readonly after: number },
): ReadonlyMap<string, number> {
  const states = new Map<string, number>()
  const add = (batch: number, version: number) =>
    states.set(version === 0 ? absent : textOf(relation.rows(batch, version)), version)
  add(before, before)
  if (relation.isView) {
    add(after, before)
    if (before > 0) add(before, after)
  }
  if (relation.isFolder === true && before !== after) states.set(absent, before)
  for (const rows of relation.between?.(before, after) ?? []) states.set(textOf(rows), before)
  add(after, after)
  return states
}
